package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import java.util.Map;

/** Problem answers. Source: RFC 9457. */
final class Problems {
  private static final String CONTENT_TYPE = "application/problem+json";

  private Problems() {}

  static Answer of(Refusal refusal) {
    var problem = problem(refusal.code(), refusal.advice());
    refusal.callId().ifPresent(callId -> problem.put("callId", callId.value()));
    var answer = answer(refusal.code(), problem);
    return refusal
        .retryAfter()
        .map(delay -> answer.with("Retry-After", String.valueOf(Math.max(1, delay.toSeconds()))))
        .orElse(answer);
  }

  static Answer of(InvalidDocumentsException invalid) {
    var problem = problem(RefusalCode.MALFORMED_REQUEST, RefusalCode.MALFORMED_REQUEST.advice());
    var errors = problem.putArray("errors");
    invalid
        .mistakes()
        .forEach(mistake ->
            errors
                .addObject()
                .put("pointer", mistake.pointer())
                .put("detail", mistake.problem())
                .put("line", mistake.line()));
    return answer(RefusalCode.MALFORMED_REQUEST, problem);
  }

  static Answer of(InvalidResourcesException invalid) {
    var problem = problem(RefusalCode.INVALID_RESOURCE, RefusalCode.INVALID_RESOURCE.advice());
    ArrayNode errors = problem.putArray("errors");
    invalid.mistakes().forEach(mistake -> errors.add(located(mistake)));
    return answer(RefusalCode.INVALID_RESOURCE, problem);
  }

  /** A mistake and where it is. */
  static ObjectNode located(Mistake mistake) {
    return Json.object()
        .put("kind", mistake.resource().kind())
        .put("name", mistake.resource().name())
        .put("pointer", mistake.pointer())
        .put("detail", mistake.problem());
  }

  private static ObjectNode problem(RefusalCode code, String detail) {
    return Json.object()
        .put("type", "about:blank")
        .put("title", code.code().replace('_', ' '))
        .put("status", code.status())
        .put("detail", detail)
        .put("code", code.code());
  }

  private static Answer answer(RefusalCode code, ObjectNode problem) {
    return new Answer(code.status(), CONTENT_TYPE, Map.of(), Json.bytes(problem));
  }
}
