package dev.sallyport.identity;

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

  @Override
  public int compareTo(PrincipalId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
