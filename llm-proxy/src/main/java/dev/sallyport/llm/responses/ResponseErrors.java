package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Complaint;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;

/** Reads the error of a response that failed, or of a stream. */
final class ResponseErrors {
  private ResponseErrors() {}

  /** The failure that an error with a code tells of, be it one that only responses have. */
  static Failure failure(JsonNode error) {
    var said = Failure.said(error);
    return said.kind() == Kind.UNAVAILABLE
        ? Failure.of(kind(error.path("code").asText("")), Complaint.of(error))
        : said;
  }

  private static Kind kind(String code) {
    return switch (code) {
      case "vector_store_timeout" -> Kind.TIMEOUT;
      case "bio_policy", "misalignment_policy_violation" -> Kind.CONTENT_POLICY;
      case "data_residency_mismatch" -> Kind.INVALID_REQUEST;
      default -> isOfRequest(code) ? Kind.INVALID_REQUEST : Kind.UNAVAILABLE;
    };
  }

  /** Whether a code speaks of what was sent, mostly of an image. */
  private static boolean isOfRequest(String code) {
    return code.startsWith("invalid_")
        || code.startsWith("image_")
        || code.startsWith("empty_image")
        || code.startsWith("failed_to_download_image")
        || code.startsWith("unsupported_");
  }
}
