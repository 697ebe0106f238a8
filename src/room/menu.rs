//! What the keys do inside a room.
