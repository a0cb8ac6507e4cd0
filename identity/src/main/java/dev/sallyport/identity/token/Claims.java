package dev.sallyport.identity.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.SignIn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a token claims. Source of the names and rules: RFC 7519, section 4.1. */
public final class Claims {
  /** How far the clocks of those who mint may be off from ours. */
  public static final Duration SKEW = Duration.ofSeconds(30);

  private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern CLASS = Pattern.compile("[!#-\\[\\]-~]{1,128}");
  private static final double LAST_SECOND = 253_402_300_799d; // the year 9999

  private final ObjectNode json;

  Claims(ObjectNode json) {
    this.json = json;
  }

  /** Whether there is a claim of this name, whatever its value. */
  public boolean has(String name) {
    return json.has(name);
  }

  /** A claim, if it is there and is a text. */
  public Optional<String> text(String name) {
    var value = json.get(name);
    return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  /** A claim, if it is there and is an object. Treat it as immutable. */
  public Optional<ObjectNode> object(String name) {
    return json.get(name) instanceof ObjectNode value ? Optional.of(value) : Optional.empty();
  }

  /** A text within a claim that is an object, and in objects in it. */
  public Optional<String> textWithin(String name, String... path) {
    var value = json.path(name);
    for (var each : path) {
      value = value.path(each);
    }
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  /**
   * The audiences, at least one.
   *
   * @throws TokenFault unless they are a text or a list of texts
   */
  public List<String> audiences() {
    if (!has("aud")) {
      throw new TokenFault("no_audience");
    }
    var audiences = texts("aud").orElseThrow(() -> new TokenFault("bad_audience"));
    if (audiences.isEmpty()) {
      throw new TokenFault("no_audience");
    }
    return audiences;
  }

  /** A claim, if it is there and is a text or a list of texts. */
  public Optional<List<String>> texts(String name) {
    var value = json.get(name);
    if (value == null) {
      return Optional.empty();
    }
    var texts = new ArrayList<String>();
    for (JsonNode each : value.isArray() ? value : List.of(value)) {
      if (!each.isTextual()) {
        return Optional.empty();
      }
      texts.add(each.textValue());
    }
    return Optional.of(List.copyOf(texts));
  }

  /**
   * The end of the token, once its times are known to hold.
   *
   * @param now the present
   * @param maxLifetime how far away the end may be at most
   * @throws TokenFault if it has no end, it is over, it has not begun, or it lasts too long
   */
  public Instant checkTimes(Instant now, Duration maxLifetime) {
    return checkTimes(now, maxLifetime, SKEW);
  }

  /**
   * The same, for one whose clock may be off by so much.
   *
   * @throws TokenFault if it has no end, it is over, it has not begun, or it lasts too long
   */
  public Instant checkTimes(Instant now, Duration maxLifetime, Duration skew) {
    var end = time("exp").orElseThrow(() -> new TokenFault("no_expiry"));
    if (!now.isBefore(end.plus(skew))) {
      throw new TokenFault("expired");
    }
    if (end.isAfter(now.plus(maxLifetime).plus(skew))) {
      throw new TokenFault("lifetime_too_long");
    }
    for (var name : List.of("nbf", "iat")) {
      var begin = time(name);
      if (begin.isPresent() && begin.get().isAfter(now.plus(skew))) {
        throw new TokenFault("not_yet_valid");
      }
    }
    return end;
  }

  /**
   * What the token is bound to. Members of {@code cnf} that are not known here do not count, but a
   * token that is bound by such alone is not taken for one that is not bound.
   *
   * @throws TokenFault if it cannot be said, or it is bound to more than one thing
   */
  public Confirmation confirmation() {
    var confirmation = json.get("cnf");
    if (confirmation == null) {
      return Confirmation.NONE;
    }
    var key = confirmation.get("jkt");
    var certificate = confirmation.get("x5t#S256");
    if (key != null && certificate == null) {
      return new Confirmation.Key(thumbprint(key));
    }
    if (certificate != null && key == null) {
      return new Confirmation.Certificate(thumbprint(certificate));
    }
    throw new TokenFault("bad_confirmation");
  }

  /** How the user signed in. A class or a time that is not written as one says nothing. */
  public SignIn signIn() {
    return new SignIn(
        text("acr").filter(acr -> CLASS.matcher(acr).matches()), moment(json.path("auth_time")));
  }

  private static String thumbprint(JsonNode value) {
    if (!value.isTextual() || !THUMBPRINT.matcher(value.textValue()).matches()) {
      throw new TokenFault("bad_confirmation");
    }
    return value.textValue();
  }

  /**
   * A moment, if there is one of this name.
   *
   * @throws TokenFault if it is not a number of seconds
   */
  public Optional<Instant> time(String name) {
    var value = json.get(name);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(moment(value).orElseThrow(() -> new TokenFault("bad_time")));
  }

  private static Optional<Instant> moment(JsonNode value) {
    var seconds = value.isNumber() ? value.doubleValue() : -1;
    return seconds >= 0 && seconds <= LAST_SECOND
        ? Optional.of(Instant.ofEpochMilli((long) (seconds * 1_000)))
        : Optional.empty();
  }
}
