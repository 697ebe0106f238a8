//! What Conclave is tested with: a private Asterisk and callers that speak SIP.
