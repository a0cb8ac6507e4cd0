package dev.sallyport.sandbox.contract;

import java.util.List;
import java.util.Locale;

/**
 * One reason why a call does not simply go on. Nothing in it is of anybody's making but ours and
 * the contract's.
 *
 * @param pointer the argument that it is about, as a JSON pointer; empty if it is the whole call
 * @param rule where the rule stands in the contract, as a JSON pointer, such as {@code
 *     /spec/args/to}
 * @param remedies what can be done about it, the best first
 */
public record Finding(Code code, String pointer, String rule, List<Remedy> remedies) {
  public Finding {
    remedies = List.copyOf(remedies);
  }

  /** What is found. */
  public enum Code {
    /** An argument has less authority than it must have. */
    AUTHORITY_TOO_LOW,
    /** The call reaches somebody who may not see an argument. */
    READERS_DO_NOT_COVER,
    /** Untrusted content told the turn more than the contract allows. */
    INFLUENCE_OVER_CAP,
    /** Something has not happened that must have. */
    EFFECT_MISSING,
    /** Something has happened that must not have. */
    EFFECT_FORBIDDEN,
    /** This may happen once, and has happened. */
    EFFECT_REPEATED;

    /** The stable code, such as {@code authority_too_low}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What can be done about a finding. */
  public enum Remedy {
    PASS_REFERENCE("Pass the reference of a value that has the authority."),
    USE_TRUSTED_VALUE("Use a value exactly as the person wrote it."),
    ASK_PERSON("Have a person approve this call."),
    RELEASE_VALUE("Have a person release the value with q_release."),
    NARROW_AUDIENCE("Send it to those only who may see all that is in it."),
    DO_FIRST("Do first what the contract requires."),
    BEGIN_NEW_TURN("Have the person begin a new turn.");

    private final String text;

    Remedy(String text) {
      this.text = text;
    }

    /** The stable code, such as {@code pass_reference}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What to do, for whoever made the call. */
    public String text() {
      return text;
    }
  }
}
