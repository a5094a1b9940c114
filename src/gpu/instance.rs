//! The loader, the instance, and what the validation layer has to say.

use std::borrow::Cow;
use std::ffi::{CStr, c_void};
use std::sync::{Arc, Mutex};

use ash::vk;
use raw_window_handle::RawDisplayHandle;

use super::{During, lock, version};
use crate::{Error, Result};

const VALIDATION: &CStr = c"VK_LAYER_KHRONOS_validation";

/// Messages of the validation layer that are proved to be false, each with the proof. The first part is the id's name
/// or a part of it.
const FALSE_POSITIVES: [(&str, &str); 0] = [];

/// What an [`Instance`] is made for.
#[derive(Clone, Copy, Debug, Default)]
pub struct InstanceOptions {
    /// Turns on the Khronos validation layer and its synchronization validation. Slow: for tests.
    pub validation: bool,
    /// The display on which windows will be drawn to; none for off-screen work alone.
    pub window: Option<RawDisplayHandle>,
}

/// Warnings and errors of the validation layer, and leaks that the engine found itself. Clones share one list.
#[derive(Clone, Debug, Default)]
pub struct Messages(Arc<Mutex<Vec<String>>>);

impl Messages {
    /// All messages so far, oldest first.
    pub fn all(&self) -> Vec<String> {
        lock(&self.0).clone()
    }

    /// All messages so far, which are forgotten.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.0))
    }

    pub(super) fn push(&self, message: String) {
        lock(&self.0).push(message);
    }
}

/// A Vulkan instance. Shared by the devices and surfaces made from it; destroyed with the last of them.
pub struct Instance {
    pub(super) entry: ash::Entry,
    pub(super) raw: ash::Instance,
    pub(super) debug_utils: bool,
    messenger: Option<(ash::ext::debug_utils::Instance, vk::DebugUtilsMessengerEXT)>,
    messages: Messages,
}

impl Instance {
    /// Finds the loader and makes an instance. Costs tens of milliseconds: the loader opens every installed driver.
    ///
    /// # Errors
    /// [`Error::NoLoader`]; [`Error::NoDevice`] where the loader is older than Vulkan 1.3; [`Error::Invalid`] where the
    /// validation layer is asked for and not installed, or the display cannot be drawn to.
    pub fn new(options: &InstanceOptions) -> Result<Arc<Self>> {
        // SAFETY: the library found by the loader's own name is the Vulkan loader, whose initialisers are sound to run.
        let entry = unsafe { ash::Entry::load() }.map_err(|error| Error::NoLoader(error.to_string()))?;
        check_version(&entry)?;
        if options.validation {
            check_validation(&entry)?;
        }
        let extensions = extensions(&entry, options)?;
        let debug_utils = extensions.contains(&ash::ext::debug_utils::NAME);
        let raw = create(&entry, options, &extensions)?;
        let mut instance = Self {
            entry,
            raw,
            debug_utils,
            messenger: None,
            messages: Messages::default(),
        };
        if options.validation && debug_utils {
            instance.listen()?;
        }
        Ok(Arc::new(instance))
    }

    /// What the validation layer has said, where it was asked for.
    pub fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Collects the layer's warnings and errors from now on.
    fn listen(&mut self) -> Result<()> {
        use vk::{DebugUtilsMessageSeverityFlagsEXT as Severity, DebugUtilsMessageTypeFlagsEXT as Kind};
        let info = vk::DebugUtilsMessengerCreateInfoEXT::default()
            .message_severity(Severity::WARNING | Severity::ERROR)
            .message_type(Kind::GENERAL | Kind::VALIDATION | Kind::PERFORMANCE)
            .pfn_user_callback(Some(collect))
            .user_data(Arc::as_ptr(&self.messages.0).cast_mut().cast());
        let utils = ash::ext::debug_utils::Instance::new(&self.entry, &self.raw);
        // SAFETY: the user data is the list that this instance holds, and its `Drop` ends the messenger first.
        let messenger = unsafe { utils.create_debug_utils_messenger(&info, None) }
            .during("listening to the validation layer")?;
        self.messenger = Some((utils, messenger));
        Ok(())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some((utils, messenger)) = self.messenger.take() {
            // SAFETY: the messenger is this instance's and is destroyed once.
            unsafe { utils.destroy_debug_utils_messenger(messenger, None) };
        }
        // SAFETY: devices and surfaces hold an `Arc` of this, so none is left.
        unsafe { self.raw.destroy_instance(None) };
    }
}

fn check_version(entry: &ash::Entry) -> Result<()> {
    // SAFETY: a query without preconditions.
    let found = unsafe { entry.try_enumerate_instance_version() }.during("asking the loader's version")?;
    let found = version(found.unwrap_or(vk::API_VERSION_1_0));
    if found < (1, 3) {
        return Err(Error::NoDevice(format!(
            "The Vulkan loader is of version {}.{}, 1.3 is needed",
            found.0, found.1
        )));
    }
    Ok(())
}

fn check_validation(entry: &ash::Entry) -> Result<()> {
    // SAFETY: a query without preconditions.
    let layers = unsafe { entry.enumerate_instance_layer_properties() }.during("listing Vulkan layers")?;
    if layers
        .iter()
        .any(|layer| layer.layer_name_as_c_str() == Ok(VALIDATION))
    {
        return Ok(());
    }
    Err(Error::Invalid {
        what: "validation",
        problem: "VK_LAYER_KHRONOS_validation is not installed: on Debian or Ubuntu `apt-get install \
                  vulkan-validationlayers`, elsewhere the Vulkan SDK"
            .into(),
    })
}

/// The extensions to enable: the window system's, and what helps where it is offered.
fn extensions(entry: &ash::Entry, options: &InstanceOptions) -> Result<Vec<&'static CStr>> {
    let what = "listing Vulkan extensions";
    // SAFETY: a query without preconditions.
    let mut offered = unsafe { entry.enumerate_instance_extension_properties(None) }.during(what)?;
    if options.validation {
        // SAFETY: a query; the layer is installed.
        offered
            .extend(unsafe { entry.enumerate_instance_extension_properties(Some(VALIDATION)) }.during(what)?);
    }
    let has = |name: &CStr| offered.iter().any(|e| e.extension_name_as_c_str() == Ok(name));
    let mut wanted = vec![
        ash::ext::debug_utils::NAME,
        ash::khr::portability_enumeration::NAME,
    ];
    if options.validation {
        wanted.push(ash::ext::validation_features::NAME);
    }
    wanted.retain(|name| has(name));
    if let Some(display) = options.window {
        let needed =
            ash_window::enumerate_required_extensions(display).during("asking what the display needs")?;
        for &name in needed {
            // SAFETY: the list holds the names of extensions, static and ended by a zero.
            let name: &'static CStr = unsafe { CStr::from_ptr(name) };
            if !has(name) {
                let problem = format!(
                    "the Vulkan driver cannot draw to this display: it lacks {}",
                    name.to_string_lossy()
                );
                return Err(Error::Invalid {
                    what: "window",
                    problem,
                });
            }
            wanted.push(name);
        }
    }
    Ok(wanted)
}

fn create(entry: &ash::Entry, options: &InstanceOptions, extensions: &[&CStr]) -> Result<ash::Instance> {
    let application = vk::ApplicationInfo::default()
        .application_name(c"galvani")
        .engine_name(c"galvani")
        .api_version(vk::API_VERSION_1_3);
    let names: Vec<_> = extensions.iter().map(|name| name.as_ptr()).collect();
    let layers = [VALIDATION.as_ptr()];
    let checks = [vk::ValidationFeatureEnableEXT::SYNCHRONIZATION_VALIDATION];
    let mut features = vk::ValidationFeaturesEXT::default().enabled_validation_features(&checks);
    let mut info = vk::InstanceCreateInfo::default()
        .application_info(&application)
        .enabled_extension_names(&names);
    if extensions.contains(&ash::khr::portability_enumeration::NAME) {
        info = info.flags(vk::InstanceCreateFlags::ENUMERATE_PORTABILITY_KHR);
    }
    if options.validation {
        info = info.enabled_layer_names(&layers);
    }
    if extensions.contains(&ash::ext::validation_features::NAME) {
        info = info.push_next(&mut features);
    }
    // SAFETY: all that the description points to lives until the call returns.
    match unsafe { entry.create_instance(&info, None) } {
        // The loader's words where there is no driver at all.
        Err(vk::Result::ERROR_INCOMPATIBLE_DRIVER) => {
            Err(Error::NoDevice("No driver is installed, or none works".into()))
        }
        made => made.during("making a Vulkan instance"),
    }
}

/// Called by the layer, on whichever thread made the call that it complains about.
unsafe extern "system" fn collect(
    severity: vk::DebugUtilsMessageSeverityFlagsEXT,
    _: vk::DebugUtilsMessageTypeFlagsEXT,
    data: *const vk::DebugUtilsMessengerCallbackDataEXT<'_>,
    list: *mut c_void,
) -> vk::Bool32 {
    // SAFETY: Vulkan passes a valid description, and the pointer that `listen` gave, whose list outlives the messenger.
    let (data, list) = unsafe { (&*data, &*list.cast_const().cast::<Mutex<Vec<String>>>()) };
    // SAFETY: the strings are valid for the length of the call, or null.
    let (id, text) = unsafe { (text(data.p_message_id_name), text(data.p_message)) };
    if !FALSE_POSITIVES.iter().any(|(name, _)| id.contains(name)) {
        lock(list).push(format!("{severity:?} {id}: {text}"));
    }
    vk::FALSE
}

/// # Safety
/// `pointer` is null or points to a string, ended by a zero, that lives as long as the result.
unsafe fn text<'a>(pointer: *const std::ffi::c_char) -> Cow<'a, str> {
    if pointer.is_null() {
        return Cow::Borrowed("");
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy()
}
