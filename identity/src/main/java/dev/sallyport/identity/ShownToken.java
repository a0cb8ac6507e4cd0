package dev.sallyport.identity;

/**
 * The token of an {@code Authorization} header.
 *
 * @param withProof whether it says that a proof of a key comes with it (RFC 9449, section 7.1)
 * @param text the token; empty if there is none
 */
record ShownToken(boolean withProof, String text) {
  private static final String BEARER = "Bearer ";
  private static final String DPOP = "DPoP ";

  /** The token of a header of one of the two schemes. */
  static ShownToken of(String authorization) {
    if (begins(authorization, BEARER)) {
      return new ShownToken(false, token(authorization.substring(BEARER.length())));
    }
    return begins(authorization, DPOP)
        ? new ShownToken(true, token(authorization.substring(DPOP.length())))
        : new ShownToken(false, "");
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return withProof ? "ShownToken[DPoP]" : "ShownToken[Bearer]";
  }

  private static boolean begins(String authorization, String scheme) {
    return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /** What stands between spaces, if nothing else does; a tab or a line's end is no space. */
  private static String token(String rest) {
    int begin = 0;
    int end = rest.length();
    while (begin < end && rest.charAt(begin) == ' ') {
      begin++;
    }
    while (end > begin && rest.charAt(end - 1) == ' ') {
      end--;
    }
    for (int i = begin; i < end; i++) {
      if (rest.charAt(i) <= ' ') {
        return "";
      }
    }
    return rest.substring(begin, end);
  }
}
