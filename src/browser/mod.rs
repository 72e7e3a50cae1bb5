//! The shell: the only folder that names JavaScript.
