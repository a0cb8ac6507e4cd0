package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.openapi.Parameter.Place;
import dev.sallyport.mcp.openapi.Parameter.Style;
import dev.sallyport.mcp.openapi.PathTemplate.PathValue;
import dev.sallyport.vault.egress.EgressRequest;
import dev.sallyport.vault.egress.EgressRequest.Header;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes one call of an operation as a request. The address, but for values in it, and the names of
 * headers are the document's; a caller's values change neither where the request goes nor how many
 * segments its path has.
 */
final class RequestWriter {
  private static final int MAX_TARGET = 16_384;
  private static final int MAX_HEADER = 8_192;

  private final Operation.Form form;
  private final ObjectNode arguments;

  RequestWriter(Operation.Form form, ObjectNode arguments) {
    this.form = form;
    this.arguments = arguments;
  }

  /**
   * The request.
   *
   * @throws Refusal with INVALID_ARGUMENTS or REQUEST_TOO_LARGE if the arguments cannot be written
   */
  EgressRequest write(Duration timeout, long maxAnswerBytes) {
    try {
      requireKnown();
      var body = BodyWriter.write(form.body(), argument(ParameterReader.BODY));
      var uri = uri();
      var headers = headers();
      body.ifPresent(written -> headers.add(new Header("Content-Type", written.mediaType())));
      var bytes = body.map(BodyWriter.Written::bytes).orElseGet(() -> new byte[0]);
      return new EgressRequest(form.method(), uri, headers, bytes, timeout, maxAnswerBytes);
    } catch (UnfitArgumentException e) {
      throw e.refusal();
    }
  }

  private void requireKnown() {
    arguments
        .fieldNames()
        .forEachRemaining(name -> {
          boolean known =
              (name.equals(ParameterReader.BODY) && !(form.body() instanceof RequestBody.None))
                  || form.parameters().stream().anyMatch(one -> one.argument().equals(name));
          if (!known) {
            throw new UnfitArgumentException(name, "is none of this tool");
          }
        });
  }

  private URI uri() {
    var values = new PathWriter(form.parameters());
    var path = form.template().with(name -> pathValue(name, values));
    var query = new QueryWriter(form.parameters());
    for (var place : List.of(Place.QUERY, Place.QUERYSTRING)) {
      for (var parameter : of(place)) {
        argument(parameter.argument()).ifPresent(value -> query.add(parameter, value));
      }
    }
    var target = form.base().getRawPath() + path + query.text();
    if (target.length() > MAX_TARGET) {
      throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
    }
    var uri = URI.create(form.base() + path + query.text());
    boolean same =
        uri.getScheme().equals(form.base().getScheme())
            && uri.getRawAuthority().equals(form.base().getRawAuthority())
            && uri.getRawPath().equals(form.base().getRawPath() + path)
            && BaseUrl.isPlain(uri.getRawPath())
            && uri.getRawFragment() == null;
    if (!same) {
      throw new IllegalStateException("a request would have gone elsewhere");
    }
    return uri;
  }

  private PathValue pathValue(String name, PathWriter values) {
    var parameter =
        of(Place.PATH).stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    var argument = parameter.argument();
    var value =
        argument(argument).orElseThrow(() -> new UnfitArgumentException(argument, "is missing"));
    return values.value(parameter, value);
  }

  private List<Header> headers() {
    var headers = new ArrayList<Header>();
    headers.add(new Header("Accept", form.accept()));
    for (var parameter : of(Place.HEADER)) {
      argument(parameter.argument())
          .ifPresent(value -> headers.add(new Header(parameter.name(), header(parameter, value))));
    }
    var cookies = new CookieWriter(form.parameters());
    for (var parameter : of(Place.COOKIE)) {
      argument(parameter.argument()).ifPresent(value -> cookies.add(parameter, value));
    }
    if (!cookies.text().isEmpty()) {
      headers.add(new Header("Cookie", cookies.text()));
    }
    headers.forEach(header -> {
      if (header.value().length() > MAX_HEADER) {
        throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
      }
    });
    return headers;
  }

  private static String header(Parameter parameter, JsonNode value) {
    var items = new ArrayList<String>();
    boolean alone = !value.isContainerNode() || parameter.style() == Style.JSON;
    for (var item : SimpleList.of(parameter, value)) {
      for (var piece : item) {
        requirePlain(parameter.argument(), piece, alone);
      }
      items.add(String.join("=", item));
    }
    return String.join(",", items);
  }

  /** Nothing that would end a header, or one element of it, or be changed on the way. */
  private static void requirePlain(String argument, String text, boolean alone) {
    boolean ascii = text.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (!ascii || !text.equals(text.strip())) {
      throw new UnfitArgumentException(
          argument,
          "stands in a header, which holds visible ASCII characters, with blanks between them"
              + " only");
    }
    if (!alone && (text.indexOf(',') >= 0 || text.indexOf('=') >= 0)) {
      throw new UnfitArgumentException(argument, "holds a comma or = in an element of a header");
    }
  }

  private List<Parameter> of(Place place) {
    return form.parameters().stream().filter(one -> one.place() == place).toList();
  }

  /** An argument; null is as good as none, but in a body. */
  private Optional<JsonNode> argument(String name) {
    return Optional.ofNullable(arguments.get(name))
        .filter(value -> !value.isNull() || name.equals(ParameterReader.BODY));
  }
}
