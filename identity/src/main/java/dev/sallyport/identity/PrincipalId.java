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
   * @throws IllegalArgumentException if it is too long
   */
  public static PrincipalId ofSubject(String resource, String subject) {
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
