package dev.sallyport.identity;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a principal: a SPIFFE ID ({@code spiffe://prod/agent/ci}), a subject of a configured
 * issuer ({@code oidc://corp/agent-7}), or a part of Sallyport itself ({@code sallyport:admin}).
 *
 * @param value at most {@value #MAX_LENGTH} visible ASCII characters
 */
public record PrincipalId(String value) implements Comparable<PrincipalId> {
  public static final int MAX_LENGTH = 2_048;
  private static final Pattern FORM =
      Pattern.compile("(spiffe://|oidc://|sallyport:)[\\x21-\\x7e]{1,2039}");
  private static final Pattern SUBJECT =
      Pattern.compile("oidc://[a-z0-9._-]+/([A-Za-z0-9._~-]|%[0-9A-F]{2})+");
  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-F]{2})");

  public PrincipalId {
    if (value.length() > MAX_LENGTH || !FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a principal is spiffe://DOMAIN/PATH, oidc://ISSUER/SUBJECT or sallyport:PART");
    }
  }

  /**
   * The name of an issuer's subject. All but the unreserved characters of RFC 3986, section 2.3, is
   * percent-encoded.
   *
   * @param resource the name of the issuer's resource
   * @throws IllegalArgumentException if it is too long, or no text that Unicode knows
   */
  public static PrincipalId ofSubject(String resource, String subject) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(subject)) {
      throw new IllegalArgumentException("a subject is a text of Unicode");
    }
    var id = new StringBuilder("oidc://").append(resource).append('/');
    for (byte each : subject.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved(each)) {
        id.append((char) each);
      } else {
        id.append('%').append(String.format(Locale.ROOT, "%02X", each & 0xff));
      }
    }
    return new PrincipalId(id.toString());
  }

  /** Whether {@link #ofSubject} writes some subject so: each has one name alone. */
  public static boolean isOfSubject(String text) {
    return SUBJECT.matcher(text).matches()
        && ESCAPE
            .matcher(text)
            .results()
            .noneMatch(escape -> isUnreserved((byte) Integer.parseInt(escape.group(1), 16)));
  }

  private static boolean isUnreserved(byte each) {
    return (each >= 'a' && each <= 'z')
        || (each >= 'A' && each <= 'Z')
        || (each >= '0' && each <= '9')
        || "-._~".indexOf(each) >= 0;
  }

  @Override
  public int compareTo(PrincipalId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
