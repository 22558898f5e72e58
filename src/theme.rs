//! Inks as colours, dark and light, and the type scale: the one place that names a colour.
