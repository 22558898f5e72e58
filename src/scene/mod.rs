//! What is seen, as a list of shapes with inks by meaning: the drawing with its live figures, and charts likewise.
//!
//! The window, SVG and PNG all paint this one list, so they cannot differ. Absent: colours (see `theme`), painters, files.

pub mod list;
