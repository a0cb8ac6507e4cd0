package dev.sallyport.llm.bedrock;

import java.util.Locale;
import java.util.Optional;

/** Whose parameters a model knows beside those of Converse. */
enum Family {
  ANTHROPIC("anthropic-claude-v1"),
  /** Amazon's Nova from its second version on. */
  NOVA("unknown"),
  /** The open models of OpenAI. */
  GPT_OSS("unknown"),
  MISTRAL("unknown"),
  OTHER("unknown");

  private final String format;

  Family(String format) {
    this.format = format;
  }

  /** The format of its reasoning. */
  String format() {
    return format;
  }

  /**
   * The family of a model.
   *
   * @param publisher what the deployment says, since an ARN may say nothing
   */
  static Family of(String model, Optional<String> publisher) {
    var name = publisher.orElse("") + "." + model.toLowerCase(Locale.ROOT);
    if (name.contains("anthropic") || name.contains("claude")) {
      return ANTHROPIC;
    }
    if (name.contains("nova-2")) {
      return NOVA;
    }
    if (name.contains("gpt-oss")) {
      return GPT_OSS;
    }
    return name.contains("mistral") ? MISTRAL : OTHER;
  }
}
