//! A proxy before PostgreSQL that stops at chosen points of the conversation.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What follows a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The bytes go on.
    Pass,
    /// Both sides lose the connection; the bytes are lost with it.
    Cut,
}

/// Where to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the server gets what the shipper says.
    BeforeRequest,
    /// Before the shipper gets what the server answers.
    BeforeAnswer,
}

struct Stop {
    marker: Vec<u8>,
    place: Place,
    reached: oneshot::Sender<()>,
    then: oneshot::Receiver<Then>,
}

/// A stop that was asked for.
pub struct Held {
    reached: oneshot::Receiver<()>,
    then: oneshot::Sender<Then>,
}

impl Held {
    /// Waits until the conversation stands still there.
    pub async fn reached(&mut self) {
        (&mut self.reached).await.expect("the conversation came to the stop");
    }

    /// Lets it go on, or not.
    pub fn release(self, then: Then) {
        // A shipper that was killed meanwhile needs no answer.
        let _ = self.then.send(then);
    }
}

#[derive(Default)]
struct Plan {
    stop: Mutex<Option<Stop>>,
    connections: AtomicU64,
    frozen_below: AtomicU64,
}

/// The proxy. Dropping it ends it.
pub struct Proxy {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    plan: Arc<Plan>,
    listener: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Proxy {
    /// Starts it before the server on `server_port`.
    pub async fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let plan = Arc::new(Plan::default());
        let shared = Arc::clone(&plan);
        let listener = tokio::spawn(async move {
            while let Ok((shipper, _)) = listener.accept().await {
                tokio::spawn(connect(shipper, server_port, Arc::clone(&shared)));
            }
        });
        Self { port, plan, listener }
    }

    /// Stops the conversation where the shipper says `marker`, before the server hears it.
    pub fn hold_before(&self, marker: &str) -> Held {
        self.hold(marker, Place::BeforeRequest)
    }

    /// Stops the conversation where the server has answered to `marker`, before the shipper hears it.
    pub fn hold_answer_to(&self, marker: &str) -> Held {
        self.hold(marker, Place::BeforeAnswer)
    }

    fn hold(&self, marker: &str, place: Place) -> Held {
        let (reached, when_reached) = oneshot::channel();
        let (say_then, then) = oneshot::channel();
        let stop = Stop { marker: marker.as_bytes().to_vec(), place, reached, then };
        *lock(&self.plan.stop) = Some(stop);
        Held { reached: when_reached, then: say_then }
    }

    /// From now on nothing passes over the connections that stand, and nobody is told.
    pub fn freeze_connections(&self) {
        self.plan.frozen_below.store(self.plan.connections.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.plan.connections.load(Ordering::SeqCst)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Plan {
    fn take(&self, place: Place, said: &[u8]) -> Option<Stop> {
        let mut stop = lock(&self.stop);
        let is_here = stop.as_ref().is_some_and(|stop| {
            stop.place == place && said.windows(stop.marker.len()).any(|window| window == stop.marker)
        });
        if is_here { stop.take() } else { None }
    }

    async fn stand_still_if_frozen(&self, connection: u64) {
        if connection < self.frozen_below.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

async fn connect(shipper: TcpStream, server_port: u16, plan: Arc<Plan>) {
    let connection = plan.connections.fetch_add(1, Ordering::SeqCst);
    let Ok(server) = TcpStream::connect(("127.0.0.1", server_port)).await else { return };
    let _ = (shipper.set_nodelay(true), server.set_nodelay(true));
    let (from_shipper, to_shipper) = shipper.into_split();
    let (from_server, to_server) = server.into_split();
    // A stop before an answer is armed by the question and met by the reply.
    let armed = Arc::new(Mutex::new(None));
    tokio::select! {
        () = requests(from_shipper, to_server, &plan, &armed, connection) => {}
        () = answers(from_server, to_shipper, &plan, &armed, connection) => {}
    }
}

async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    plan: &Plan,
    armed: &Mutex<Option<Stop>>,
    connection: u64,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        plan.stand_still_if_frozen(connection).await;
        let said = &buffer[..read];
        if let Some(stop) = plan.take(Place::BeforeRequest, said)
            && !goes_on(stop).await
        {
            return;
        }
        if let Some(stop) = plan.take(Place::BeforeAnswer, said) {
            *lock(armed) = Some(stop);
        }
        if to.write_all(said).await.is_err() {
            return;
        }
    }
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    plan: &Plan,
    armed: &Mutex<Option<Stop>>,
    connection: u64,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        plan.stand_still_if_frozen(connection).await;
        let stop = lock(armed).take();
        if let Some(stop) = stop
            && !goes_on(stop).await
        {
            return;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// Whether the bytes pass. A test that ended without a word wants no more of them.
async fn goes_on(stop: Stop) -> bool {
    let _ = stop.reached.send(());
    stop.then.await == Ok(Then::Pass)
}
