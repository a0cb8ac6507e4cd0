package dev.sallyport.sandbox.process;

/** What stands between a child process and this machine. */
public enum ChildRuntime {
  /**
   * Bubblewrap: namespaces of its own with no network, no capability, nobody's user and group,
   * {@code /usr} to read, and 64 MiB of {@code /tmp} to write.
   */
  BWRAP,
  /** Nothing: it can do whatever this process can. For development only. */
  NONE
}
