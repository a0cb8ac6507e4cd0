package dev.sallyport.identity.resource;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads a resource's spec into the record that its kind has. Strict: an unknown field, a field
 * without a value, a wrong type, a number for a text or a text for a number are mistakes with a
 * place.
 *
 * <p>A field that is left out reaches the record as null, 0 or false. A record checks its own
 * values: an {@link IllegalArgumentException} from its constructor becomes the mistake's text, so
 * that text names the field and the mend. {@code @JsonProperty(required = true)} is honoured. A
 * record with a constructor that delegates (such as one that takes a {@code JsonNode}) gets the
 * pointer of its own field.
 */
public final class SpecReader {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private SpecReader() {}

  /**
   * Reads a spec.
   *
   * @throws InvalidResourcesException with the first mistake found in this resource, or with every
   *     field that has no value
   */
  public static <T> T read(Resource resource, Class<T> form) throws InvalidResourcesException {
    var empty = EmptyFields.in(resource.spec(), form);
    if (!empty.isEmpty()) {
      throw new InvalidResourcesException(
          empty.stream()
              .map(pointer ->
                  new Mistake(
                      resource.key(),
                      "/spec" + pointer,
                      "has no value: give one, or leave the field out"))
              .toList());
    }
    try {
      return MAPPER.readerFor(form).readValue(resource.spec());
    } catch (JsonMappingException e) {
      var pointer = pointer(e.getPath());
      throw mistake(
          resource, "/spec" + pointer, SpecProblem.describe(e, resource.spec().at(pointer)));
    } catch (IOException _) {
      throw mistake(resource, "/spec", "is not well formed");
    }
  }

  /** A single mistake in a resource, ready to be thrown. */
  public static InvalidResourcesException mistake(
      Resource resource, String pointer, String problem) {
    return new InvalidResourcesException(List.of(new Mistake(resource.key(), pointer, problem)));
  }

  /** The known name that a name was probably meant to be, if there is one. */
  public static Optional<String> nearest(String name, Collection<String> known) {
    return SpecProblem.nearest(name, known);
  }

  /** One step of a JSON pointer (RFC 6901): a slash and the escaped name. */
  static String step(String name) {
    return "/" + name.replace("~", "~0").replace("/", "~1");
  }

  private static String pointer(List<Reference> path) {
    return path.stream()
        .map(reference ->
            reference.getFieldName() == null
                ? "/" + reference.getIndex()
                : step(reference.getFieldName()))
        .collect(Collectors.joining());
  }
}
