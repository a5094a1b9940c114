//! Reading in the background: a few threads that take tasks from a list, which is replaced whole.
//!
//! Whatever is no longer on the list is no longer wanted, and is not read. What a thread has begun it ends.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::tasks::{Done, Key, Reader, Task};
use crate::Error;
use crate::source::Owned;
use crate::system::yield_to_frames;

/// Called by a reading thread when there is something to take in, once until it is taken.
pub type Notify = Arc<dyn Fn() + Send + Sync>;

/// How long after a frame was recorded nothing begins: that a view waits for, since the device draws it, on a software device
/// on the same cores; that no view waits for, since the next frame may follow at once.
const AFTER_FRAME: [Duration; 2] = [Duration::from_millis(3), Duration::from_millis(10)];
/// How long at most while one is being recorded.
const IN_FRAME: Duration = Duration::from_millis(200);

/// The threads. Dropped, they end what they have begun, which it waits for.
pub(super) struct Io {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// There is something to do, or room to do it, or an end to all.
    work: Condvar,
    /// Something is done.
    news: Condvar,
    reader: Reader<'static>,
    notify: Option<Notify>,
    /// Bytes of what is done that may wait to be taken in.
    most_held: u64,
}

#[derive(Default)]
struct Queue {
    list: VecDeque<Task>,
    /// How many of the first on the list a view waits for.
    urgent: usize,
    /// When these may begin, and when the others.
    quiet_until: Option<[Instant; 2]>,
    /// Whether a frame is being recorded.
    in_frame: bool,
    running: Vec<Key>,
    done: Vec<Done>,
    held: u64,
    stop: bool,
}

impl Io {
    /// Starts threads that have nothing to do yet.
    pub(super) fn new(
        reader: Reader<'static>,
        threads: usize,
        most_held: u64,
        notify: Option<Notify>,
    ) -> Self {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            news: Condvar::new(),
            reader,
            notify,
            most_held,
        });
        let threads = (0..threads)
            .map(|_| {
                let shared = shared.clone();
                std::thread::spawn(move || shared.run())
            })
            .collect();
        Self { shared, threads }
    }

    /// What is done since the last call.
    pub(super) fn take(&self) -> Vec<Done> {
        let mut queue = self.shared.lock();
        let was_full = queue.held >= self.shared.most_held;
        queue.held = 0;
        let done = std::mem::take(&mut queue.done);
        drop(queue);
        if was_full {
            self.shared.work.notify_all();
        }
        done
    }

    /// Takes back all that is not begun.
    pub(super) fn clear(&self) -> VecDeque<Task> {
        let mut queue = self.shared.lock();
        queue.urgent = 0;
        std::mem::take(&mut queue.list)
    }

    /// A frame is about to be recorded: begins nothing until [`Io::frame_ends`], and wakes nobody, which takes longer than
    /// all else that a frame does here.
    pub(super) fn frame_begins(&self) {
        let mut queue = self.shared.lock();
        queue.quiet_until = Some([Instant::now() + IN_FRAME; 2]);
        queue.in_frame = true;
    }

    /// It is recorded, or given up.
    pub(super) fn frame_ends(&self) {
        let mut queue = self.shared.lock();
        queue.quiet_until = Some(AFTER_FRAME.map(|time| Instant::now() + time));
        queue.in_frame = false;
        let idle = queue.list.is_empty();
        drop(queue);
        if !idle {
            self.shared.work.notify_all();
        }
    }

    /// What has begun, or is done and not yet taken.
    pub(super) fn begun(&self) -> Vec<Key> {
        let queue = self.shared.lock();
        let done = queue.done.iter().map(|done| done.task.key());
        queue.running.iter().copied().chain(done).collect()
    }

    /// Gives an empty list its tasks, in order; a view waits for the first `urgent` of them.
    pub(super) fn set(&self, tasks: VecDeque<Task>, urgent: usize) {
        let mut queue = self.shared.lock();
        queue.list = tasks;
        queue.urgent = urgent;
        let wake = !queue.in_frame && !queue.list.is_empty();
        drop(queue);
        if wake {
            self.shared.work.notify_all();
        }
    }

    /// Bytes of what is done and not yet taken.
    pub(super) fn held(&self) -> u64 {
        self.shared.lock().held
    }

    /// Whether there is nothing to read, and nothing being read or done.
    pub(super) fn is_idle(&self) -> bool {
        let queue = self.shared.lock();
        queue.list.is_empty() && queue.running.is_empty() && queue.done.is_empty()
    }

    /// Waits until something is done, there is nothing to do, or the time is up.
    pub(super) fn wait(&self, timeout: Duration) {
        let queue = self.shared.lock();
        let idle =
            |queue: &mut Queue| queue.done.is_empty() && !(queue.list.is_empty() && queue.running.is_empty());
        let waited = self.shared.news.wait_timeout_while(queue, timeout, idle);
        drop(waited);
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        let left = {
            let mut queue = self.shared.lock();
            queue.stop = true;
            std::mem::take(&mut queue.list)
        };
        self.shared.work.notify_all();
        drop(left);
        for thread in self.threads.drain(..) {
            // What a reader panics of was told as its failure.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        yield_to_frames();
        // What reads in parallel elsewhere does it all here, rather than on the threads that frames are drawn by.
        let _alone = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread()
            .build();
        let mut scratch = None;
        while let Some(task) = self.next() {
            let key = task.key();
            let done = self.read(task, &mut scratch);
            let mut queue = self.lock();
            if let Some(at) = queue.running.iter().position(|running| *running == key) {
                queue.running.swap_remove(at);
            }
            queue.held += done.held();
            queue.done.push(done);
            let first = queue.done.len() == 1;
            drop(queue);
            self.news.notify_all();
            if let (true, Some(notify)) = (first, &self.notify) {
                notify();
            }
        }
    }

    /// The next task, once there is one; `None` at the end.
    fn next(&self) -> Option<Task> {
        let mut queue = self.lock();
        loop {
            if queue.stop {
                return None;
            }
            let room = queue.held < self.most_held && !queue.list.is_empty();
            let rest = match queue.quiet_until {
                Some(end) => end[usize::from(queue.urgent == 0)].saturating_duration_since(Instant::now()),
                None => Duration::ZERO,
            };
            if room && rest.is_zero() {
                if let Some(task) = queue.list.pop_front() {
                    queue.urgent = queue.urgent.saturating_sub(1);
                    queue.running.push(task.key());
                    return Some(task);
                }
            } else if room {
                let waited = self.work.wait_timeout(queue, rest);
                queue = waited.unwrap_or_else(PoisonError::into_inner).0;
            } else {
                queue = self.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Reads; a source that panics has failed.
    fn read(&self, task: Task, scratch: &mut Option<Owned>) -> Done {
        let mut task = Some(task);
        let key = task.as_ref().map(Task::key);
        let read = catch_unwind(AssertUnwindSafe(|| {
            task.take().map(|task| self.reader.run(task, scratch))
        }));
        match (read, key) {
            (Ok(Some(done)), _) => done,
            (_, key) => Done::lost(key),
        }
    }
}

impl Done {
    /// What is left of a task whose source panicked; its place, if it had one, is never used again.
    fn lost(key: Option<Key>) -> Self {
        let error = Error::Invalid {
            what: "reading",
            problem: "the source panicked".into(),
        };
        let (task, failed) = match key {
            Some(Key::Block(level, block)) => (Task::Block { level, block }, 0..0),
            Some(Key::Pages(first, end, samples)) => (pages(first..end, samples), first..end),
            None => (pages(0..0, 0), 0..0),
        };
        Self {
            task,
            nodes: Vec::new(),
            block: None,
            raw: false,
            bytes: 0,
            failed: vec![(failed, error)],
        }
    }
}

fn pages(pages: std::ops::Range<u64>, samples: u64) -> Task {
    Task::Pages {
        pages,
        raw: None,
        nodes: false,
        samples,
    }
}
