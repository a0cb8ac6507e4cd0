package dev.sallyport.identity.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;
import java.util.Optional;

/**
 * A token of three parts, taken apart and not yet believed. Source: RFC 7515, section 7.1.
 *
 * <p>Its length and alphabet are checked before anything is decoded; its base64 must be the one
 * canonical form; its JSON may not name a member twice or nest deeply.
 */
public final class CompactToken {
  /** The longest token that is looked at, in characters. */
  public static final int MAX_LENGTH = 8 * 1024;

  private static final int PARTS = 3;
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxNumberLength(32)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode header;
  private final Claims claims;
  private final byte[] signingInput;
  private final byte[] signature;

  private CompactToken(ObjectNode header, Claims claims, byte[] signingInput, byte[] signature) {
    this.header = header;
    this.claims = claims;
    this.signingInput = signingInput;
    this.signature = signature;
  }

  /** Whether a text has the form of such a token and a length that is looked at. */
  public static boolean hasForm(String text) {
    if (text.length() > MAX_LENGTH) {
      return false;
    }
    int parts = 1;
    boolean isEmpty = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' && !isEmpty) {
        parts++;
        isEmpty = true;
      } else if (isDigit(c)) {
        isEmpty = false;
      } else {
        return false;
      }
    }
    return parts == PARTS && !isEmpty;
  }

  /** Whether a character is one of base64's alphabet for URLs. */
  private static boolean isDigit(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  /**
   * Takes a token apart.
   *
   * @throws TokenFault if it cannot be
   */
  public static CompactToken parse(String text) {
    if (!hasForm(text)) {
      throw new TokenFault("malformed");
    }
    int first = text.indexOf('.');
    int last = text.lastIndexOf('.');
    return new CompactToken(
        object(decode(text.substring(0, first))),
        new Claims(object(decode(text.substring(first + 1, last)))),
        text.substring(0, last).getBytes(StandardCharsets.US_ASCII),
        decode(text.substring(last + 1)));
  }

  public ObjectNode header() {
    return header;
  }

  /** A member of the header, if it is there and is a text. */
  public Optional<String> header(String name) {
    var value = header.get(name);
    return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  public Claims claims() {
    return claims;
  }

  /**
   * Whether an Ed25519 key signed this. It is for tokens of our own: how others may sign theirs is
   * in {@link SignatureAlgorithm}.
   */
  public boolean isSignedBy(PublicKey key) {
    try {
      var check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(signingInput);
      return check.verify(signature);
    } catch (SignatureException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  byte[] signingInput() {
    return signingInput;
  }

  byte[] signature() {
    return signature;
  }

  private static byte[] decode(String part) {
    byte[] decoded;
    try {
      decoded = DECODER.decode(part);
    } catch (IllegalArgumentException _) {
      throw new TokenFault("malformed");
    }
    if (!ENCODER.encodeToString(decoded).equals(part)) {
      throw new TokenFault("malformed");
    }
    return decoded;
  }

  private static ObjectNode object(byte[] json) {
    try {
      if (MAPPER.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException _) {
      throw new TokenFault("malformed");
    }
    throw new TokenFault("malformed");
  }
}
