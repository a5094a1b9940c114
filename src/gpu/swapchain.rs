//! The images of a window: acquired, drawn to, presented.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use ash::vk;

use super::device::{Inner, Timeline};
use super::retire::Retired;
use super::{Device, During, ImageRef, Surface, image, lock};
use crate::{Error, Result};

/// Chains that are replaced and may still be on their way to the screen; with more of them, a resize waits.
const MOST_OLD: usize = 4;

/// The value of a semaphore whose image was not presented, and which therefore stays signalled.
const LOST: u64 = u64::MAX;

/// What [`Swapchain::acquire`] found.
pub enum Acquire {
    /// An image to draw to.
    Image(Acquired),
    /// The window has changed, or has no pixels now: [`Swapchain::resize`] to what it is.
    Resize,
    /// No image came free in time.
    Timeout,
}

/// An image to draw to. The submission that does so waits for `wait` at the stage that first touches the image, signals
/// `signal`, and is then [presented](Swapchain::present). One that is dropped instead is gone
/// from the window, and soon asks for a [`Swapchain::resize`], which brings it back.
#[must_use = "an image that is not presented is lost to the window"]
pub struct Acquired {
    /// The image. Its contents are undefined; it is presented in use as [`ImageUse::Present`](super::ImageUse::Present).
    pub image: ImageRef,
    /// What the submission waits for.
    pub wait: vk::Semaphore,
    /// What the submission signals.
    pub signal: vk::Semaphore,
    index: u32,
}

/// What became of a presented image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It is on its way to the screen.
    Shown,
    /// The window has changed: [`Swapchain::resize`] to what it is.
    Resize,
}

/// A window's images, in the device's queue. Used by one thread at a time.
pub struct Swapchain {
    device: Device,
    utils: ash::khr::swapchain::Device,
    vsync: bool,
    current: Option<Chain>,
    images: Vec<ImageRef>,
    /// Semaphores of acquisitions and the values of the submissions that wait for them; longest unused first.
    acquire: VecDeque<(vk::Semaphore, u64)>,
    /// One for each image: a presentation may hold its semaphore until the image is acquired again.
    present: Vec<vk::Semaphore>,
    /// Replaced, and how many presentations of a newer chain are to come before they are gone from the screen.
    old: Vec<(Chain, u32)>,
    /// Dropped last.
    surface: Arc<Surface>,
}

/// A swapchain's handles; destroyed together.
pub(super) struct Chain {
    raw: vk::SwapchainKHR,
    views: Vec<vk::ImageView>,
    semaphores: Vec<vk::Semaphore>,
    /// The surface outlives its chains.
    _surface: Arc<Surface>,
}

impl Chain {
    /// # Safety
    /// Neither the device nor the screen uses it any more.
    pub(super) unsafe fn destroy(self, inner: &Inner) {
        let raw = &inner.raw;
        // SAFETY: all handles are this chain's and of this device, and unused, as the caller promises.
        unsafe {
            self.views
                .into_iter()
                .for_each(|view| raw.destroy_image_view(view, None));
            self.semaphores
                .into_iter()
                .for_each(|semaphore| raw.destroy_semaphore(semaphore, None));
            if let Some(present) = &inner.present {
                present.destroy_swapchain(self.raw, None);
            }
        }
    }
}

impl Swapchain {
    /// Takes a window's surface. `extent` is the window's size in pixels, used where the window system leaves it open;
    /// where a side is zero no images are made until [`resize`](Self::resize). `vsync`: images wait for the screen, in
    /// order; else the newest is shown where the window system can.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the device was not made to present, or cannot present to this window;
    /// [`Error::Vulkan`].
    pub fn new(device: &Device, surface: Surface, extent: [u32; 2], vsync: bool) -> Result<Self> {
        let inner = &device.inner;
        let refuse = |problem: String| {
            Err(Error::Invalid {
                what: "a swapchain",
                problem,
            })
        };
        let Some(utils) = inner.present.clone() else {
            return refuse("the device was made without DeviceOptions::present".into());
        };
        if !inner
            .owner
            .as_ref()
            .is_some_and(|owner| Arc::ptr_eq(owner, &surface.instance))
        {
            return refuse("surface and device are of different instances".into());
        }
        // SAFETY: surface, adapter and family are of one instance.
        let supported = unsafe {
            surface
                .utils
                .get_physical_device_surface_support(inner.physical, inner.family, surface.raw)
        };
        if !supported.during("asking whether the device presents to the window")? {
            return refuse(format!("{} does not present to this window", device.caps().name));
        }
        let mut made = Self {
            device: device.clone(),
            utils,
            vsync,
            current: None,
            images: Vec::new(),
            acquire: VecDeque::new(),
            present: Vec::new(),
            old: Vec::new(),
            surface: Arc::new(surface),
        };
        made.resize(extent)?;
        Ok(made)
    }

    /// Width and height of the images, in pixels; `None` while there are none.
    pub fn extent(&self) -> Option<[u32; 2]> {
        self.images.first().map(|image| image.extent)
    }

    /// Format of the images; `None` while there are none.
    pub fn format(&self) -> Option<vk::Format> {
        self.images.first().map(|image| image.format)
    }

    /// Makes images for a window of this size, and retires those there are. Where a side is zero, which is how
    /// minimised windows appear, there are none until the next call. Waits for the device only where several
    /// calls pass without a presentation.
    ///
    /// # Errors
    /// [`Error::Vulkan`], with `ERROR_SURFACE_LOST_KHR` where the window is gone; [`Error::DeviceLost`].
    pub fn resize(&mut self, extent: [u32; 2]) -> Result<()> {
        if self.old.len() >= MOST_OLD {
            self.device.wait_idle()?;
            self.let_go(u32::MAX);
        }
        let (physical, surface) = (self.device.inner.physical, self.surface.raw);
        // SAFETY: surface and adapter are of one instance.
        let can = unsafe {
            self.surface
                .utils
                .get_physical_device_surface_capabilities(physical, surface)
        }
        .during("asking for the window's size")?;
        let [width, height] = extent_of(&can, extent);
        if extent.contains(&0) || width == 0 || height == 0 {
            self.replace(None);
            return Ok(());
        }
        let format = self.pick_format(can.supported_usage_flags)?;
        let old = self
            .current
            .as_ref()
            .map_or(vk::SwapchainKHR::null(), |chain| chain.raw);
        let most = if can.max_image_count == 0 {
            u32::MAX
        } else {
            can.max_image_count
        };
        let info = vk::SwapchainCreateInfoKHR::default()
            .surface(surface)
            // One more than needed, so that acquiring seldom waits.
            .min_image_count((can.min_image_count + 1).max(3).min(most))
            .image_format(format.format)
            .image_color_space(format.color_space)
            .image_extent(vk::Extent2D { width, height })
            .image_array_layers(1)
            .image_usage(usage())
            .image_sharing_mode(vk::SharingMode::EXCLUSIVE)
            .pre_transform(can.current_transform)
            .composite_alpha(alpha(can.supported_composite_alpha))
            .present_mode(self.pick_mode()?)
            .clipped(true)
            .old_swapchain(old);
        let utils = &self.utils;
        // SAFETY: `info` is within what the surface offers; the old chain is of the same surface and not used in
        // another call, since `self` is borrowed.
        let made = unsafe { utils.create_swapchain(&info, None) }.during("making a swapchain");
        // The old one is retired by the call, whether or not it succeeds.
        let chain = made.map(|raw| Chain {
            raw,
            views: Vec::new(),
            semaphores: Vec::new(),
            _surface: self.surface.clone(),
        });
        self.replace(None);
        self.replace(Some(chain?));
        self.fill(format.format, [width, height])
            .inspect_err(|_| self.replace(None))
    }

    /// Views and semaphores of a new chain.
    fn fill(&mut self, format: vk::Format, extent: [u32; 2]) -> Result<()> {
        let Some(chain) = &mut self.current else {
            return Ok(());
        };
        let utils = &self.utils;
        // SAFETY: the chain is this device's.
        let images =
            unsafe { utils.get_swapchain_images(chain.raw) }.during("listing a swapchain's images")?;
        let raw = &self.device.inner.raw;
        let semaphore = |chain: &mut Chain| -> Result<vk::Semaphore> {
            // SAFETY: a plain semaphore needs no feature.
            let made = unsafe { raw.create_semaphore(&vk::SemaphoreCreateInfo::default(), None) }
                .during("making a semaphore")?;
            chain.semaphores.push(made);
            Ok(made)
        };
        for image in images {
            let view = image::view(&self.device, image, format)?;
            chain.views.push(view);
            self.present.push(semaphore(chain)?);
            self.acquire.push_back((semaphore(chain)?, 0));
            self.images.push(ImageRef {
                image,
                view,
                format,
                extent,
            });
        }
        Ok(())
    }

    /// Puts a chain in place of the current one, which goes once newer ones have been presented.
    fn replace(&mut self, chain: Option<Chain>) {
        let to_come = self.images.len() as u32 + 1;
        self.images.clear();
        self.acquire.clear();
        self.present.clear();
        self.old
            .extend(std::mem::replace(&mut self.current, chain).map(|old| (old, to_come)));
    }

    /// Counts presentations, and retires the old chains that have seen enough of them.
    fn let_go(&mut self, presented: u32) {
        for (chain, to_come) in std::mem::take(&mut self.old) {
            match to_come.saturating_sub(presented) {
                0 => self.device.retire(Retired::Chain(chain)),
                to_come => self.old.push((chain, to_come)),
            }
        }
    }

    /// The next image to draw to, within `timeout`.
    ///
    /// # Errors
    /// [`Error::DeviceLost`]; [`Error::Vulkan`], with `ERROR_SURFACE_LOST_KHR` where the window is gone.
    pub fn acquire(&mut self, timeout: Duration) -> Result<Acquire> {
        let (Some(chain), Some((semaphore, value))) = (&self.current, self.acquire.front().copied()) else {
            return Ok(Acquire::Resize);
        };
        if value == LOST {
            return Ok(Acquire::Resize);
        }
        // The submission that waited for this semaphore last has to be complete before it is used again.
        match self.device.wait(value, timeout) {
            Err(Error::Vulkan {
                result: vk::Result::TIMEOUT,
                ..
            }) => return Ok(Acquire::Timeout),
            waited => waited?,
        }
        let utils = &self.utils;
        let nanoseconds = u64::try_from(timeout.as_nanos())
            .unwrap_or(u64::MAX - 1)
            .min(u64::MAX - 1);
        // SAFETY: the semaphore is unsignalled and unused, and `self` is borrowed, so no other call uses the chain.
        let found = unsafe { utils.acquire_next_image(chain.raw, nanoseconds, semaphore, vk::Fence::null()) };
        match found {
            // One that is merely suboptimal is drawn to; presenting it says so again.
            Ok((index, _)) => {
                // Until it is presented.
                self.acquire[0].1 = LOST;
                self.acquire.rotate_left(1);
                let (image, signal) = (self.images[index as usize], self.present[index as usize]);
                Ok(Acquire::Image(Acquired {
                    image,
                    wait: semaphore,
                    signal,
                    index,
                }))
            }
            Err(vk::Result::TIMEOUT | vk::Result::NOT_READY) => Ok(Acquire::Timeout),
            Err(vk::Result::ERROR_OUT_OF_DATE_KHR) => Ok(Acquire::Resize),
            Err(result) => Err(result).during("acquiring a window's image"),
        }
    }

    /// Shows an image; `value` is that of the submission that drew it.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire).
    pub fn present(&mut self, acquired: Acquired, value: u64) -> Result<Presented> {
        let used = self
            .acquire
            .iter_mut()
            .find(|(semaphore, _)| *semaphore == acquired.wait);
        let (Some((_, last)), Some(chain)) = (used, &self.current) else {
            // Of a chain that was replaced meanwhile: there is nowhere to show it.
            return Ok(Presented::Resize);
        };
        *last = value;
        let (waits, chains, indices) = ([acquired.signal], [chain.raw], [acquired.index]);
        let info = vk::PresentInfoKHR::default()
            .wait_semaphores(&waits)
            .swapchains(&chains)
            .image_indices(&indices);
        let inner = &self.device.inner;
        let Timeline::Own { queue, .. } = &inner.timeline else {
            unreachable!("an embedder's device does not present");
        };
        let shown = {
            let queue = lock(queue);
            // SAFETY: the queue's lock is held, and the submission that signals the semaphore precedes.
            unsafe { self.utils.queue_present(*queue, &info) }
        };
        match shown {
            Ok(suboptimal) => {
                self.let_go(1);
                Ok(if suboptimal {
                    Presented::Resize
                } else {
                    Presented::Shown
                })
            }
            Err(vk::Result::ERROR_OUT_OF_DATE_KHR) => Ok(Presented::Resize),
            Err(result) => Err(result).during("presenting"),
        }
    }

    /// 8 bits a channel, not encoded as sRGB: colours are given as the screen shows them.
    fn pick_format(&self, offered: vk::ImageUsageFlags) -> Result<vk::SurfaceFormatKHR> {
        let refuse = |problem: &str| {
            Err(Error::Invalid {
                what: "a swapchain",
                problem: problem.into(),
            })
        };
        if !offered.contains(usage()) {
            return refuse("the window's images cannot be both rendered and copied to");
        }
        let (physical, surface) = (self.device.inner.physical, self.surface.raw);
        // SAFETY: surface and adapter are of one instance.
        let formats = unsafe {
            self.surface
                .utils
                .get_physical_device_surface_formats(physical, surface)
        }
        .during("listing a window's formats")?;
        let wanted = [vk::Format::B8G8R8A8_UNORM, vk::Format::R8G8B8A8_UNORM];
        match wanted
            .iter()
            .find_map(|want| formats.iter().find(|found| found.format == *want))
        {
            Some(format) => Ok(*format),
            None => refuse("the window has neither of the formats BGRA8 and RGBA8"),
        }
    }

    fn pick_mode(&self) -> Result<vk::PresentModeKHR> {
        // Every surface has it.
        let ordered = vk::PresentModeKHR::FIFO;
        if self.vsync {
            return Ok(ordered);
        }
        let (physical, surface) = (self.device.inner.physical, self.surface.raw);
        // SAFETY: surface and adapter are of one instance.
        let modes = unsafe {
            self.surface
                .utils
                .get_physical_device_surface_present_modes(physical, surface)
        }
        .during("listing a window's present modes")?;
        let wanted = [vk::PresentModeKHR::MAILBOX, vk::PresentModeKHR::IMMEDIATE];
        Ok(wanted
            .into_iter()
            .find(|mode| modes.contains(mode))
            .unwrap_or(ordered))
    }
}

impl Drop for Swapchain {
    /// Waits for the device: nothing else says that the screen is done with the images.
    fn drop(&mut self) {
        self.replace(None);
        // A device that is lost uses nothing any more.
        let _ = self.device.wait_idle();
        self.let_go(u32::MAX);
        self.device.collect();
    }
}

fn usage() -> vk::ImageUsageFlags {
    vk::ImageUsageFlags::COLOR_ATTACHMENT | vk::ImageUsageFlags::TRANSFER_DST
}

/// The window's own size where it has one, else the size asked for, within its limits.
fn extent_of(can: &vk::SurfaceCapabilitiesKHR, [width, height]: [u32; 2]) -> [u32; 2] {
    let (own, min, max) = (can.current_extent, can.min_image_extent, can.max_image_extent);
    if own.width != u32::MAX {
        return [own.width, own.height];
    }
    [
        width.min(max.width).max(min.width),
        height.min(max.height).max(min.height),
    ]
}

fn alpha(offered: vk::CompositeAlphaFlagsKHR) -> vk::CompositeAlphaFlagsKHR {
    use vk::CompositeAlphaFlagsKHR as Alpha;
    let wanted = [
        Alpha::OPAQUE,
        Alpha::INHERIT,
        Alpha::PRE_MULTIPLIED,
        Alpha::POST_MULTIPLIED,
    ];
    wanted
        .into_iter()
        .find(|mode| offered.contains(*mode))
        .unwrap_or(Alpha::OPAQUE)
}
