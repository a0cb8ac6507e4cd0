package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.Complaint;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Reads AWS's errors: a type, in a header or in the body, and a message. */
final class Errors {
  private Errors() {}

  /** What an answer other than 2xx tells of. */
  static Failure failure(WireReply reply) {
    var body = tree(reply.body());
    var type = plain(reply.errorType().orElse(body.path("__type").asText("")));
    var words = message(body);
    return failure(type, words, Failure.kindOf(reply.status()), reply.retryAfter());
  }

  /** What an exception in a stream tells of. */
  static Failure failure(String exception, byte[] payload) {
    var type = plain(exception);
    var words = message(tree(payload));
    return failure(type, words, Kind.UNAVAILABLE, Optional.empty());
  }

  /**
   * What an error is.
   *
   * @param otherwise what one of another type is
   */
  private static Failure failure(
      String type, String words, Kind otherwise, Optional<Duration> retryAfter) {
    var told =
        type.equalsIgnoreCase("ValidationException")
            ? ofRequest(words)
            : Failure.of(kind(type).orElse(otherwise));
    var complaint = new Complaint(Optional.of(type), Optional.empty(), words);
    return new Failure(
        told.kind(), Optional.empty(), Optional.of(complaint), retryAfter, told.hint());
  }

  private static Optional<Kind> kind(String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "throttlingexception", "servicequotaexceededexception", "toomanyrequestsexception" ->
          Optional.of(Kind.RATE_LIMITED);
      case "accessdeniedexception" -> Optional.of(Kind.FORBIDDEN);
      case "unrecognizedclientexception",
          "invalidsignatureexception",
          "incompletesignatureexception",
          "missingauthenticationtokenexception",
          "expiredtokenexception",
          "invalidclienttokenid",
          "signaturedoesnotmatch" ->
          Optional.of(Kind.CREDENTIAL_REJECTED);
      case "resourcenotfoundexception", "unknownoperationexception" -> Optional.of(Kind.NOT_FOUND);
      case "modeltimeoutexception" -> Optional.of(Kind.TIMEOUT);
      case "serviceunavailableexception", "modelnotreadyexception" -> Optional.of(Kind.OVERLOADED);
      case "internalserverexception",
          "internalfailure",
          "modelerrorexception",
          "modelstreamerrorexception" ->
          Optional.of(Kind.UNAVAILABLE);
      default -> Optional.empty();
    };
  }

  /** A request that was not taken, by what is said of it. */
  private static Failure ofRequest(String words) {
    return Failure.said(
        JsonNodeFactory.instance.objectNode().put("type", "invalid_request").put("message", words));
  }

  /** A type without the address behind it, or the namespace before it. */
  private static String plain(String type) {
    int colon = type.indexOf(':');
    var name = colon < 0 ? type : type.substring(0, colon);
    return name.substring(name.indexOf('#') + 1).strip();
  }

  private static String message(JsonNode body) {
    return body.path("message").asText(body.path("Message").asText(""));
  }

  private static JsonNode tree(byte[] body) {
    try {
      return WireJson.tree(body);
    } catch (MalformedReplyException _) {
      return JsonNodeFactory.instance.missingNode();
    }
  }
}
