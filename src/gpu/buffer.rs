//! Buffers: bytes that shaders reach by address.

use std::ops::Range;
use std::ptr::NonNull;

use ash::vk;

use super::memory::Piece;
use super::retire::Retired;
use super::view::Ranges;
use super::{Device, During, Memory, ReadView, WriteView};
use crate::{Error, Result};

/// A buffer, its memory and its address.
///
/// Hazards are the caller's: a range that the device may be reading is not written, and one that it may be writing is
/// not read.
pub struct Buffer {
    device: Device,
    raw: vk::Buffer,
    piece: Option<Piece>,
    memory: Memory,
    size: u64,
    address: u64,
    views: Ranges,
}

impl Buffer {
    /// A buffer of `size` bytes, of which nothing is known; 16 where `size` is 0, and a multiple of 4. It may be read
    /// and written by shaders, copied, filled, fetched as texels, and hold
    /// indirect arguments. Its address is a multiple of 16.
    ///
    /// # Errors
    /// [`Error::OutOfBudget`] where it is larger than [`Caps::max_alloc`](super::Caps::max_alloc), or memory is out.
    pub fn new(device: &Device, name: &str, size: u64, memory: Memory) -> Result<Self> {
        use vk::BufferUsageFlags as Usage;
        let size = if size == 0 { 16 } else { size.next_multiple_of(4) };
        let has = device.caps().max_alloc;
        if size > has {
            let advice = "a device holds no more in one buffer: split it";
            return Err(Error::OutOfBudget {
                what: "a buffer",
                needs: size,
                has,
                advice,
            });
        }
        let usage = Usage::STORAGE_BUFFER
            | Usage::TRANSFER_SRC
            | Usage::TRANSFER_DST
            | Usage::INDIRECT_BUFFER
            | Usage::UNIFORM_TEXEL_BUFFER
            | Usage::SHADER_DEVICE_ADDRESS;
        let info = vk::BufferCreateInfo::default().size(size).usage(usage);
        let inner = &device.inner;
        // SAFETY: `info` is valid: the size is neither zero nor beyond the device's limit.
        let raw = unsafe { inner.raw.create_buffer(&info, None) }.during("making a buffer")?;
        // Owned from here on, so that each `?` cleans up.
        let mut buffer = Self {
            device: device.clone(),
            raw,
            piece: None,
            memory,
            size,
            address: 0,
            views: Ranges::default(),
        };
        inner.name(raw, name);
        let piece = inner.allocate_buffer(name, raw, memory)?;
        let (place, offset) = (
            // SAFETY: the memory is only bound here; it is freed after the buffer is destroyed.
            unsafe { piece.allocation.memory() },
            piece.allocation.offset(),
        );
        buffer.piece = Some(piece);
        // SAFETY: the memory is of a type and size that the buffer asked for, and the buffer is not bound yet.
        unsafe { inner.raw.bind_buffer_memory(raw, place, offset) }.during("binding a buffer's memory")?;
        let info = vk::BufferDeviceAddressInfo::default().buffer(raw);
        // SAFETY: the buffer is bound, and its usage has addresses.
        buffer.address = unsafe { inner.raw.get_buffer_device_address(&info) };
        Ok(buffer)
    }

    /// Its address on the device.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What memory it asked for.
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// The device it belongs to.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Vulkan's handle.
    pub fn raw(&self) -> vk::Buffer {
        self.raw
    }

    /// Copies `bytes` to `offset`. Of [`Memory::Mapped`] and [`Memory::Upload`]; the device must not be using the range.
    /// Submissions that follow see them.
    ///
    /// # Errors
    /// [`Error::Invalid`] as of [`view`](Self::view).
    pub fn write(&self, offset: u64, bytes: &[u8]) -> Result<()> {
        self.view(offset..offset.saturating_add(bytes.len() as u64))?
            .copy_from(0, bytes);
        Ok(())
    }

    /// The bytes of `range`, to be written. Of [`Memory::Mapped`] and [`Memory::Upload`]; the device must not be using
    /// the range. Submissions that follow see what is written.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the range is beyond the end, another view has a part of it, or the host may not write
    /// this memory.
    pub fn view(&self, range: Range<u64>) -> Result<WriteView<'_>> {
        let base = self.mapped(&range)?;
        // SAFETY: the memory stays mapped as long as the buffer, which the view borrows; the range is within it.
        match unsafe { WriteView::take(base, range.clone(), &self.views) } {
            Some(view) => Ok(view),
            None => Err(self.refuse(&range, "are in use through another view")),
        }
    }

    /// The bytes of `range`, which the host itself has written, to be read. Of [`Memory::Mapped`] and
    /// [`Memory::Upload`]; the device must not be writing the range. Fast where the device's memory is the host's
    /// ([`Caps::software`](super::Caps::software)), else some hundred times slower than other memory.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the range is beyond the end, a view has a part of it to write, or the host may not
    /// read this memory.
    pub fn reread(&self, range: Range<u64>) -> Result<ReadView<'_>> {
        let base = self.mapped(&range)?;
        // SAFETY: as of `view`; fresh memory that was never written is zeros or old bytes, which any byte may be.
        match unsafe { ReadView::take(base, range.clone(), &self.views) } {
            Some(view) => Ok(view),
            None => Err(self.refuse(&range, "are being written through another view")),
        }
    }

    /// The mapped memory's start, if it has `range` and the host may write it.
    fn mapped(&self, range: &Range<u64>) -> Result<NonNull<u8>> {
        if range.start > range.end || range.end > self.size {
            return Err(self.refuse(range, "are not within the buffer"));
        }
        match (self.memory, self.pointer()) {
            (Memory::Mapped | Memory::Upload, Some(base)) => Ok(base),
            _ => Err(self.refuse(range, "are not the host's")),
        }
    }

    fn refuse(&self, range: &Range<u64>, problem: &str) -> Error {
        Error::Invalid {
            what: "a buffer's view",
            problem: format!("bytes {}..{} of {} {problem}", range.start, range.end, self.size),
        }
    }

    /// What the device has written, once the submission is complete that wrote it (with a barrier to
    /// [`Use::HostRead`](super::Use::HostRead)). Of [`Memory::Readback`]; while the slice lives the device must not be
    /// writing to the buffer.
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other memory.
    pub fn read(&self) -> Result<&[u8]> {
        let (Memory::Readback, Some(base)) = (self.memory, self.pointer()) else {
            let problem = format!("{:?} is not the host's to read; copy to Readback", self.memory);
            return Err(Error::Invalid {
                what: "a buffer's bytes",
                problem,
            });
        };
        // SAFETY: mapped as long as the buffer, coherent, written by the host only while it is borrowed for that, and, as the
        // caller promises, not by the device now.
        Ok(unsafe { std::slice::from_raw_parts(base.as_ptr(), self.size as usize) })
    }

    /// The bytes of `range`, for the host itself to write where it will [`read`](Self::read) them. Of [`Memory::Readback`];
    /// the device must not be using the buffer.
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other memory, or beyond the end.
    pub fn overwrite(&mut self, range: Range<u64>) -> Result<WriteView<'_>> {
        let (Memory::Readback, Some(base)) = (self.memory, self.pointer()) else {
            return Err(self.refuse(&range, "are not the host's to write and read"));
        };
        if range.start > range.end || range.end > self.size {
            return Err(self.refuse(&range, "are not within the buffer"));
        }
        // SAFETY: mapped as long as the buffer, which the view borrows for itself, so that nobody reads meanwhile; the range is
        // within it.
        match unsafe { WriteView::take(base, range.clone(), &self.views) } {
            Some(view) => Ok(view),
            None => Err(self.refuse(&range, "are in use through another view")),
        }
    }

    /// Copies bytes from `offset` into `bytes`, otherwise as [`read`](Self::read).
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other memory, or beyond the end.
    pub fn read_into(&self, offset: u64, bytes: &mut [u8]) -> Result<()> {
        let all = self.read()?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let Some(from) = all.get(start..start.saturating_add(bytes.len())) else {
            let problem = format!("{} bytes at {offset} are not within {}", bytes.len(), self.size);
            return Err(Error::Invalid {
                what: "a buffer's bytes",
                problem,
            });
        };
        bytes.copy_from_slice(from);
        Ok(())
    }

    fn pointer(&self) -> Option<NonNull<u8>> {
        self.piece
            .as_ref()
            .and_then(|piece| piece.allocation.mapped_ptr())
            .map(NonNull::cast)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.device.retire(Retired::Buffer(self.raw, self.piece.take()));
    }
}
