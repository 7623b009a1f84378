//! Objects of this format's first version, which every later one has to read (F17).
