//! TLS records that leave together. rustls makes records of 16 KB, and tokio-postgres' socket sends each by a system call
//! of its own; a buffer between the two makes one of all that a flush covers.

use std::io;
use std::pin::Pin;

use tokio::io::BufWriter;
use tokio_postgres::Socket;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Room for the records of what is handed on in one piece, whatever the records add to it.
const BUFFER_BYTES: usize = 80 * 1024;

type Buffered = BufWriter<Socket>;
type OfOneHost = <MakeRustlsConnect as MakeTlsConnect<Buffered>>::TlsConnect;

/// Makes connections whose records leave together.
#[derive(Clone)]
pub(in crate::database) struct JoinedRecords(pub(super) MakeRustlsConnect);

impl MakeTlsConnect<Socket> for JoinedRecords {
    type Stream = <MakeRustlsConnect as MakeTlsConnect<Buffered>>::Stream;
    type TlsConnect = ToOneHost;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Buffered>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<ToOneHost, Self::Error> {
        MakeTlsConnect::<Buffered>::make_tls_connect(&mut self.0, host).map(ToOneHost)
    }
}

/// Makes one connection.
pub(in crate::database) struct ToOneHost(OfOneHost);

impl TlsConnect<Socket> for ToOneHost {
    type Stream = <OfOneHost as TlsConnect<Buffered>>::Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Stream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(self.0.connect(BufWriter::with_capacity(BUFFER_BYTES, socket)))
    }
}
