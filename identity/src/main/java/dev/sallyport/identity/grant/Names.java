package dev.sallyport.identity.grant;

import dev.sallyport.identity.PrincipalId;
import java.util.regex.Pattern;

/** The forms of the names that stand in policies. Each check throws with the rule as its text. */
final class Names {
  /** Stands for every name where it is allowed. */
  static final String ANY = "*";

  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e&&[^*]]{1,256}");
  private static final Pattern SPIFFE_ID =
      Pattern.compile("spiffe://[a-z0-9._-]{1,255}(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)+");
  private static final Pattern ISSUER_SUBJECT =
      Pattern.compile("oidc://[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?/[\\x21-\\x7e&&[^*]]+");

  private static final Pattern NOTE = Pattern.compile("[\\x20-\\x7e]{1,256}");
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,128}");
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

  private Names() {}

  /** A resource, an action or an alias: never a pattern. */
  static String exact(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "must be a name of 1 to 256 visible ASCII characters without *");
    }
    return name;
  }

  /** The same, or the word for all. */
  static String exactOrAny(String name) {
    if (!name.equals(ANY) && !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "must be a name of 1 to 256 visible ASCII characters; a * stands alone and means all");
    }
    return name;
  }

  /** One user of an issuer. */
  static String user(String id) {
    if (id.length() > PrincipalId.MAX_LENGTH || !ISSUER_SUBJECT.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "must be oidc://ISSUER/SUBJECT, at most " + PrincipalId.MAX_LENGTH + " characters");
    }
    return id;
  }

  /** A word about whom a policy is for. */
  static String note(String text) {
    if (!NOTE.matcher(text).matches()) {
      throw new IllegalArgumentException("must be 1 to 256 visible ASCII characters or spaces");
    }
    return text;
  }

  /** The name of a parameter, as a condition writes it. */
  static String parameter(String name) {
    if (!PARAMETER.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "must be a letter or _, and then at most 63 letters, digits or _");
    }
    return name;
  }

  /** A scope, or a class of sign-ins: RFC 6749, section 3.3. */
  static String scope(String name) {
    if (!SCOPE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "must be 1 to 128 visible ASCII characters without quotes and backslashes");
    }
    return name;
  }

  /** One workload: never a pattern, never a part of Sallyport. */
  static String workload(String id) {
    if (id.contains(ANY)) {
      throw new IllegalArgumentException("names one workload: a * has no meaning here");
    }
    if (id.length() > PrincipalId.MAX_LENGTH
        || !(SPIFFE_ID.matcher(id).matches() || ISSUER_SUBJECT.matcher(id).matches())) {
      throw new IllegalArgumentException(
          "must be spiffe://DOMAIN/PATH (a domain of a-z 0-9 . _ -, path segments of"
              + " A-Z a-z 0-9 . _ -, no slash at the end) or oidc://ISSUER/SUBJECT, at most "
              + PrincipalId.MAX_LENGTH
              + " characters");
    }
    return id;
  }
}
