package dev.sallyport.identity.action;

/** How an attempt ended. */
public sealed interface Outcome {
  /** The name of this ending in evidence and metrics. */
  String label();

  /** It did what it was to do. */
  record Succeeded() implements Outcome {
    @Override
    public String label() {
      return "ok";
    }
  }

  /** The tool ran and said that it failed. */
  record ToolFailed() implements Outcome {
    @Override
    public String label() {
      return "tool_error";
    }
  }

  /** It was refused, before or while it was done. */
  record Refused(RefusalCode code) implements Outcome {
    @Override
    public String label() {
      return "refused";
    }
  }

  /** Something of ours broke. */
  record Failed(String reason) implements Outcome {
    @Override
    public String label() {
      return "failed";
    }
  }

  /** The caller left, or a stream broke off after it had begun. */
  record Aborted(String reason) implements Outcome {
    @Override
    public String label() {
      return "aborted";
    }
  }
}
