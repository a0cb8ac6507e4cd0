package dev.sallyport.identity.resource;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads a resource's spec into the record that its kind has. Strict: an unknown field, a wrong
 * type, a number for a text or a text for a number are mistakes with a place.
 *
 * <p>A record checks its own values: an {@link IllegalArgumentException} from its constructor
 * becomes the mistake's text, so that text names the field and the mend.
 */
public final class SpecReader {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
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
   * @throws InvalidResourcesException with the first mistake found in this resource
   */
  public static <T> T read(Resource resource, Class<T> form) throws InvalidResourcesException {
    ObjectReader reader = MAPPER.readerFor(form);
    try {
      return reader.readValue(resource.spec());
    } catch (JsonMappingException e) {
      throw mistake(resource, "/spec" + pointer(e.getPath()), problem(e));
    } catch (IOException _) {
      throw mistake(resource, "/spec", "is not well formed");
    }
  }

  /** A single mistake in a resource, ready to be thrown. */
  public static InvalidResourcesException mistake(
      Resource resource, String pointer, String problem) {
    return new InvalidResourcesException(List.of(new Mistake(resource.key(), pointer, problem)));
  }

  private static String pointer(List<Reference> path) {
    return path.stream()
        .map(step ->
            step.getFieldName() == null
                ? "/" + step.getIndex()
                : "/" + step.getFieldName().replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }

  private static String problem(JsonMappingException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "is not a field here; the fields are "
              + unknown.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", "));
      case ValueInstantiationException refused when refused.getCause() != null ->
          String.valueOf(refused.getCause().getMessage());
      case InvalidFormatException format ->
          "is not one of the values that this field takes" + allowed(format.getTargetType());
      case MismatchedInputException mismatch -> "must be " + described(mismatch.getTargetType());
      default -> "does not fit";
    };
  }

  private static String allowed(Class<?> type) {
    if (!type.isEnum()) {
      return ": it must be " + described(type);
    }
    return List.of(type.getEnumConstants()).stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", ": ", ""));
  }

  private static String described(Class<?> type) {
    if (type == String.class) {
      return "a text (put it in quotes if it looks like a number or a yes)";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return "an object with fields";
  }
}
