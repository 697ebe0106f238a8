//! PostgreSQL, which several PBXs can share: what one changes, the others hear of by `NOTIFY`.
//!
//! **TLS** is as the URL's `sslmode` has it, in libpq's words: `disable`, `prefer` (if it can be had, from whoever answers;
//! the default), `require` (always, but still from whoever answers, unless `sslrootcert` names a file with the authorities
//! that count), `verify-ca` (with the signature of an authority), `verify-full` (and for the host of the URL). Without
//! `sslrootcert`, or with `system`, the last two go by the authorities that this machine trusts; libpq would want a file.
//! Over a Unix socket there is none. Client certificates and channel binding are not supported.
//!
//! A pooler between must keep sessions (`LISTEN` needs its own).
//!
//! **Nothing waits long.** Connecting and each statement have a limit here, whatever the server does, and one on the
//! server, so that it gives up too and keeps no lock for whoever is gone.

mod tls;

use std::collections::HashMap;
use std::error::Error as _;
use std::future::{Future, poll_fn};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{AsyncMessage, Client, Statement};

use super::{Access, Fault, News, OnNews, Row, Store, Value};

pub(super) struct Postgres {
    client: Client,
    /// Runs the connection; `None` only while it is dropped.
    runtime: Option<Runtime>,
    patience: Duration,
    statements: HashMap<String, Statement>,
    /// A statement of this transaction failed, so it cannot be committed.
    failed: bool,
    lost: bool,
}

impl Postgres {
    pub(super) fn connect(url: &str, patience: Duration, on_news: OnNews) -> Result<Postgres, Fault> {
        let (demand, mut config) = tls::Demand::of(url)?;
        let connector = demand.connector()?;
        if !connector.has_tls() {
            config.ssl_mode(SslMode::Disable);
        }
        config.connect_timeout(patience).tcp_user_timeout(patience).keepalives_idle(KEEPALIVE);
        if config.get_application_name().is_none() {
            config.application_name("conclave");
        }
        // One thread besides ours, on which the connection lives: news come while we wait for something else.
        let mut runtime = Builder::new_multi_thread();
        runtime.worker_threads(1).max_blocking_threads(1).thread_name("conclave-pg").enable_io().enable_time();
        let runtime = runtime.build().map_err(|error| Fault::Gone(format!("no thread for it: {error}")))?;
        let connecting_once = async {
            match config.connect(connector.clone()).await {
                // libpq does the same.
                Err(error) if demand.wanted == tls::Wanted::Prefer && is_about_tls(&error) => {
                    config.ssl_mode(SslMode::Disable);
                    config.connect(connector).await
                }
                done => done,
            }
        };
        let connected = runtime.block_on(async { timeout(patience, connecting_once).await });
        let (client, mut connection) = match connected {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => {
                runtime.shutdown_background();
                return Err(connecting(&error));
            }
            Err(_) => {
                runtime.shutdown_background();
                return Err(Fault::Gone(format!("no connection within {} s", patience.as_secs_f32())));
            }
        };
        runtime.spawn(async move {
            while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                if let AsyncMessage::Notification(note) = message {
                    on_news(News::Changed(note.payload()));
                }
            }
            on_news(News::Lost);
        });
        let runtime = Some(runtime);
        let mut store = Postgres { client, runtime, patience, statements: HashMap::new(), failed: false, lost: false };
        let limit = patience.as_millis();
        store.script(&format!(
            "SET statement_timeout = {limit}; SET lock_timeout = {limit}; \
             SET idle_in_transaction_session_timeout = {}; LISTEN conclave",
            limit * 4
        ))?;
        Ok(store)
    }

    /// Waits for the server, but not for ever.
    fn wait<T>(
        &mut self,
        doing: impl AsyncFnOnce(&mut Conversation<'_>) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Fault> {
        let Some(runtime) = &self.runtime else { return Err(Fault::Gone("closed".into())) };
        let mut conversation = Conversation { client: &self.client, statements: &mut self.statements };
        let done = runtime.block_on(within(self.patience, doing(&mut conversation)));
        let fault = match done {
            Some(Ok(done)) => return Ok(done),
            Some(Err(error)) => fault(&error),
            None => Fault::Gone(format!("no answer within {} s", self.patience.as_secs_f32())),
        };
        self.failed = true;
        self.lost |= matches!(fault, Fault::Gone(_));
        Err(fault)
    }
}

/// A client and the statements that it prepared.
struct Conversation<'a> {
    client: &'a Client,
    statements: &'a mut HashMap<String, Statement>,
}

impl Conversation<'_> {
    async fn prepared(&mut self, sql: &str) -> Result<Statement, tokio_postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Store for Postgres {
    fn begin(&mut self, access: Access) -> Result<(), Fault> {
        self.failed = false;
        self.script(match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN",
        })
    }

    fn commit(&mut self) -> Result<(), Fault> {
        if self.failed {
            // The server would roll back, and call that done.
            self.roll_back();
            return Err(Fault::Wrong("a statement of the transaction failed".into()));
        }
        match self.script("COMMIT") {
            Err(Fault::Gone(why)) => Err(Fault::Unknown(why)),
            done => done,
        }
    }

    fn roll_back(&mut self) {
        if !self.is_lost() && self.script("ROLLBACK").is_err() {
            self.lost = true;
        }
    }

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, Fault> {
        self.wait(async |conversation| {
            let statement = conversation.prepared(sql).await?;
            conversation.client.execute_raw(&statement, values).await
        })
    }

    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let rows = self.wait(async |conversation| {
            let statement = conversation.prepared(sql).await?;
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
            conversation.client.query(&statement, &values).await
        })?;
        let read =
            |row: &tokio_postgres::Row| (0..row.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>().map(Row);
        rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Fault::Wrong(words(&error)))
    }

    fn script(&mut self, sql: &str) -> Result<(), Fault> {
        self.wait(async |conversation| conversation.client.batch_execute(sql).await)
    }

    fn lock_schema(&mut self) -> Result<(), Fault> {
        self.run("SELECT pg_advisory_xact_lock($1)", &[SCHEMA_LOCK.into()]).map(drop)
    }

    fn announce(&mut self, change: &str) -> Result<(), Fault> {
        self.run("SELECT pg_notify('conclave', $1)", &[change.into()]).map(drop)
    }

    fn is_lost(&self) -> bool {
        self.lost || self.client.is_closed()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A name that is just being looked up is not waited for.
            runtime.shutdown_background();
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) if *ty == Type::INT8 => number.to_sql(ty, out),
            Value::Text(text) if *ty == Type::TEXT => text.as_str().to_sql(ty, out),
            _ => Err(format!("a parameter of the wrong type for {ty}").into()),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT].contains(ty)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Value, Box<dyn std::error::Error + Sync + Send>> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Value::Integer),
            _ => String::from_sql(ty, raw).map(Value::Text),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Value, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(ty: &Type) -> bool {
        <Value as ToSql>::accepts(ty)
    }
}

async fn within<T>(patience: Duration, doing: impl Future<Output = T>) -> Option<T> {
    timeout(patience, doing).await.ok()
}

/// Why there is no connection. What is wrong with TLS may be right as soon as a certificate is renewed, here or there.
fn connecting(error: &tokio_postgres::Error) -> Fault {
    Fault::Gone(if is_about_tls(error) { format!("no TLS with PostgreSQL: {}", words(error)) } else { words(error) })
}

fn is_about_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string().starts_with("error performing TLS handshake")
}

fn fault(error: &tokio_postgres::Error) -> Fault {
    let why = words(error);
    let Some(code) = error.code() else {
        // Not from the server: the connection, or a value of ours that does not fit.
        return if error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>()) {
            Fault::Gone(why)
        } else {
            Fault::Wrong(why)
        };
    };
    let again = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::FOREIGN_KEY_VIOLATION,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
    ];
    let unwritable = [
        SqlState::DISK_FULL,
        SqlState::INSUFFICIENT_PRIVILEGE,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::OUT_OF_MEMORY,
    ];
    // Class 08 is the connection, 57P the server that is stopped or starts.
    if again.contains(code) {
        Fault::Again(why)
    } else if unwritable.contains(code) {
        Fault::Unwritable(why)
    } else if code.code().starts_with("08") || code.code().starts_with("57P") {
        Fault::Gone(why)
    } else {
        Fault::Wrong(why)
    }
}

/// What happened, with what the server says of it, but not with its details: they repeat values, also codes.
fn words(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(error), _) => error.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    }
}

/// Any number that nobody else takes: "conclave".
const SCHEMA_LOCK: i64 = 0x636f_6e63_6c61_7665;

/// After so long without a word a connection is tried.
const KEEPALIVE: Duration = Duration::from_secs(15);
