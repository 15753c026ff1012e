//! Cases that need a server.
