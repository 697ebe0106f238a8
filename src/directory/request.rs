//! A job that somebody handed in: it runs on the directory's thread, and is answered exactly once, in time, whatever
//! becomes of that thread.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::{Condvar, Mutex};

use super::desk::Desk;
use super::error::Error;
use super::store::Access;

/// Called with what came of a job.
type Then<T> = Box<dyn FnOnce(Result<T, Error>) + Send>;

/// What the directory's thread knows of a request.
pub(super) trait Request: Send {
    /// What it does.
    fn access(&self) -> Access;
    /// Nobody waits for it any more.
    fn is_answered(&self) -> bool;
    /// Runs the job; keeps its result until it is [answered](Self::answer).
    fn run(&mut self, desk: &mut Desk<'_>) -> Result<(), Error>;
    /// From now on nobody knows whether it is done until the database says so. False: nobody waits for it any more.
    fn commits(&self) -> bool;
    /// Answers it: with the job's result, or with this error.
    fn answer(&mut self, done: Result<(), Error>);
}

/// What the watch knows of a request.
trait Waiting: Send + Sync {
    fn is_answered(&self) -> bool;
    fn give_up(&self);
}

struct Asked<T: Send, J> {
    access: Access,
    job: J,
    done: Option<T>,
    answer: Arc<Answer<T>>,
}

struct Answer<T>(Mutex<Open<T>>);

struct Open<T> {
    then: Option<Then<T>>,
    commits: bool,
}

/// A request, in the form for the thread and in the form for the watch.
pub(super) fn request<T, J>(access: Access, job: J, then: Then<T>) -> (Box<dyn Request>, Watched)
where
    T: Send + 'static,
    J: FnMut(&mut Desk<'_>) -> Result<T, Error> + Send + 'static,
{
    let answer = Arc::new(Answer(Mutex::new(Open { then: Some(then), commits: false })));
    let asked = Asked { access, job, done: None, answer: answer.clone() };
    (Box::new(asked), Watched(answer))
}

impl<T: Send, J: FnMut(&mut Desk<'_>) -> Result<T, Error> + Send> Request for Asked<T, J> {
    fn access(&self) -> Access {
        self.access
    }

    fn is_answered(&self) -> bool {
        self.answer.is_answered()
    }

    fn run(&mut self, desk: &mut Desk<'_>) -> Result<(), Error> {
        self.done = None;
        self.done = Some((self.job)(desk)?);
        Ok(())
    }

    fn commits(&self) -> bool {
        let mut open = self.answer.0.lock();
        open.commits = self.access == Access::Write;
        open.then.is_some()
    }

    fn answer(&mut self, done: Result<(), Error>) {
        let then = self.answer.0.lock().then.take();
        if let Some(then) = then {
            let lost = || Error::Refused("the job has no result".into());
            then(done.and_then(|()| self.done.take().ok_or_else(lost)));
        }
    }
}

impl<T: Send, J> Drop for Asked<T, J> {
    fn drop(&mut self) {
        self.answer.give_up();
    }
}

impl<T: Send> Waiting for Answer<T> {
    fn is_answered(&self) -> bool {
        self.0.lock().then.is_none()
    }

    fn give_up(&self) {
        let (then, commits) = {
            let mut open = self.0.lock();
            (open.then.take(), open.commits)
        };
        if let Some(then) = then {
            let why = "no answer in time".to_owned();
            then(Err(if commits { Error::Unknown(why) } else { Error::Unavailable(why) }));
        }
    }
}

/// A request that is to be answered in time.
pub(super) struct Watched(Arc<dyn Waiting>);

/// Answers requests that the thread does not answer in time.
#[derive(Default)]
pub(super) struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// In the order of their times.
    requests: VecDeque<(Instant, Watched)>,
    stopped: bool,
}

impl Watch {
    /// Answers this one at a moment, which is none before that of the one before.
    pub(super) fn add(&self, due: Instant, request: Watched) {
        let mut state = self.state.lock();
        while state.requests.front().is_some_and(|(_, first)| first.0.is_answered()) {
            state.requests.pop_front();
        }
        state.requests.push_back((due, request));
        if state.requests.len() == 1 {
            self.changed.notify_one();
        }
    }

    /// Runs until it is [stopped](Self::stop).
    pub(super) fn serve(&self) {
        let mut state = self.state.lock();
        while !state.stopped {
            match state.requests.front() {
                Some((_, first)) if first.0.is_answered() => {
                    state.requests.pop_front();
                }
                Some((due, _)) if *due <= Instant::now() => {
                    if let Some((_, first)) = state.requests.pop_front() {
                        parking_lot::MutexGuard::unlocked(&mut state, || first.0.give_up());
                    }
                }
                Some((due, _)) => {
                    let due = *due;
                    self.changed.wait_until(&mut state, due);
                }
                None => self.changed.wait(&mut state),
            }
        }
    }

    pub(super) fn stop(&self) {
        self.state.lock().stopped = true;
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// How a request was answered.
    type Answers = Arc<Mutex<Vec<Result<(), Error>>>>;

    /// A request, the way to give it up, and how it was answered.
    fn asked(access: Access) -> (Box<dyn Request>, Watched, Answers) {
        let answers = Answers::default();
        let told = answers.clone();
        let (request, watched) = request(access, |_| Ok(()), Box::new(move |done| told.lock().push(done)));
        (request, watched, answers)
    }

    #[test]
    fn who_gives_up_learns_whether_it_may_have_been_done() {
        for (access, commits, may_be_done) in
            [(Access::Write, false, false), (Access::Write, true, true), (Access::Read, true, false)]
        {
            let (mut request, watched, answers) = asked(access);
            if commits {
                assert!(request.commits());
            }
            watched.0.give_up();
            assert!(!request.commits(), "what was given up is not done");
            request.answer(Ok(()));
            drop(request);
            let answers = answers.lock();
            assert_eq!(answers.len(), 1);
            assert_eq!(matches!(answers[0], Err(Error::Unknown(_))), may_be_done);
            assert_eq!(matches!(answers[0], Err(Error::Unavailable(_))), !may_be_done);
        }
    }

    #[test]
    fn what_is_dropped_is_answered() {
        let (request, _watched, answers) = asked(Access::Write);
        drop(request);
        assert!(matches!(&answers.lock()[..], [Err(Error::Unavailable(_))]));
    }

    #[test]
    fn the_watch_answers_what_is_due_and_nothing_else() {
        let watch = Arc::new(Watch::default());
        let served = watch.clone();
        let thread = std::thread::spawn(move || served.serve());
        let begun = Instant::now();
        let (mut in_time, watched, first) = asked(Access::Read);
        watch.add(begun + Duration::from_millis(50), watched);
        let (_late, watched, second) = asked(Access::Read);
        watch.add(begun + Duration::from_millis(100), watched);
        in_time.answer(Err(Error::Missing("thing")));
        while second.lock().is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(begun.elapsed() >= Duration::from_millis(100));
        assert_eq!(*first.lock(), [Err(Error::Missing("thing"))]);
        watch.stop();
        thread.join().unwrap();
    }
}
