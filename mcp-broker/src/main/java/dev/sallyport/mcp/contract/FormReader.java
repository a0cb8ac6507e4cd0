package dev.sallyport.mcp.contract;

import dev.sallyport.sandbox.contract.FieldForm;
import dev.sallyport.sandbox.contract.FieldForm.Decimal;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import dev.sallyport.sandbox.contract.FieldKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a field of a result is. What says nothing for its kind is a mistake. */
final class FormReader {
  private static final int DEFAULT_SCALE = 2;
  private static final String DEFAULT_RESOLUTION = "1m";
  private static final Pattern DAYS = Pattern.compile("([+-]?)(\\d{1,6})([yd])");
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([dhms])");

  private FormReader() {}

  /**
   * The form of a field.
   *
   * @throws IllegalArgumentException if it is none
   */
  static FieldForm form(ContractSpec.Field written) {
    return switch (written.kind()) {
      case "enum" -> {
        only(written, "values");
        yield new OneOf(required("values", written.values()));
      }
      case "integer" -> {
        only(written, "min", "max");
        yield new Whole(
            whole("min", required("min", written.min())),
            whole("max", required("max", written.max())));
      }
      case "decimal" -> {
        only(written, "min", "max", "scale");
        yield new Decimal(
            required("min", written.min()),
            required("max", written.max()),
            written.scale() == null ? DEFAULT_SCALE : written.scale());
      }
      case "bool" -> {
        only(written);
        yield new Flag();
      }
      case "array" -> {
        only(written, "max_items");
        yield new Items(required("max_items", written.maxItems()));
      }
      case "date" -> date(written);
      default -> {
        only(written);
        yield new Open(
            FieldKind.find(written.kind())
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "kind must be text, ident, addr, url, date, number, json, blob, enum,"
                            + " integer, decimal, bool or array: "
                            + written.kind())));
      }
    };
  }

  private static FieldForm date(ContractSpec.Field written) {
    only(written, "window", "resolution");
    var window = written.window();
    if (window == null) {
      if (written.resolution() != null) {
        throw new IllegalArgumentException("resolution says nothing without window");
      }
      return new Open(FieldKind.DATE);
    }
    if (window.size() != 2) {
      throw new IllegalArgumentException(
          "window is two times from now, such as [\"-10y\", \"+1y\"]");
    }
    var resolution = written.resolution() == null ? DEFAULT_RESOLUTION : written.resolution();
    return new Moment(period(window.getFirst()), period(window.getLast()), span(resolution));
  }

  private static Period period(String text) {
    var found = DAYS.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException("a time from now is such as -10y or +30d: " + text);
    }
    int amount = Integer.parseInt(found.group(2)) * (found.group(1).equals("-") ? -1 : 1);
    return found.group(3).equals("y") ? Period.ofYears(amount) : Period.ofDays(amount);
  }

  private static Duration span(String text) {
    var found = SPAN.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException("resolution is such as 1m, 1h or 1d: " + text);
    }
    long amount = Long.parseLong(found.group(1));
    return switch (found.group(2)) {
      case "d" -> Duration.ofDays(amount);
      case "h" -> Duration.ofHours(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofSeconds(amount);
    };
  }

  private static long whole(String name, BigDecimal number) {
    try {
      return number.longValueExact();
    } catch (ArithmeticException _) {
      throw new IllegalArgumentException(name + " of an integer must be a whole number: " + number);
    }
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("wants " + name);
    }
    return value;
  }

  /** What a kind does not know must not be said of it. */
  private static void only(ContractSpec.Field written, String... names) {
    var said = new TreeMap<String, Object>();
    put(said, "values", written.values());
    put(said, "min", written.min());
    put(said, "max", written.max());
    put(said, "scale", written.scale());
    put(said, "window", written.window());
    put(said, "resolution", written.resolution());
    put(said, "max_items", written.maxItems());
    said.keySet().removeAll(Set.copyOf(List.of(names)));
    if (!said.isEmpty()) {
      throw new IllegalArgumentException(
          "of kind %s says nothing by %s"
              .formatted(written.kind(), said.keySet().stream().collect(Collectors.joining(", "))));
    }
  }

  private static void put(Map<String, Object> said, String name, @Nullable Object value) {
    if (value != null) {
      said.put(name, value);
    }
  }
}
