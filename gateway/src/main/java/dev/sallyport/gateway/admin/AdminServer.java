package dev.sallyport.gateway.admin;

import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.http.Callers.Sender;
import dev.sallyport.identity.http.PlainBodies;
import dev.sallyport.identity.resource.InvalidResourcesException;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The control plane's listener: what needs no proof, then who asks, then what is asked for.
 *
 * <p>Every answer that is not a success is a problem (RFC 9457) with a stable code; none holds a
 * stack trace or a message of a fault.
 */
public final class AdminServer {
  private static final System.Logger LOG = System.getLogger(AdminServer.class.getName());
  private static final String ADMIN = "/admin/";
  private static final String FOR_CALLS_ALONE =
      "Your token is for held calls alone: list, read, approve and reject them under /admin/calls."
          + " All else takes the admin token.";
  private static final String CONTENT_SECURITY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

  /** Nothing that approvers ask has one, and nobody's token outlives itself by a slow one. */
  private static final String NO_BODY = "";

  private final AdminCallers callers;
  private final List<Route> routes;
  private final Map<String, Answer> open;
  private final RefusedListener refused;

  /**
   * A listener for these endpoints.
   *
   * @param endpoints what administrators can ask for, the more special paths first
   * @param refused told of each request that is refused before it is an action
   */
  public AdminServer(AdminCallers callers, Endpoints endpoints, RefusedListener refused) {
    this.callers = callers;
    this.routes = endpoints.routes();
    this.open = StaticPages.all();
    this.refused = refused;
  }

  /** Registers the listener's one handler. */
  public void register(HttpRouting.Builder routing) {
    routing.any(this::handle);
  }

  /** Every method and path that there is, such as {@code GET /metrics}; for the documentation. */
  public List<String> methodsAndPaths() {
    var all = new ArrayList<String>();
    open.keySet().stream().sorted().forEach(path -> all.add("GET " + path));
    routes.forEach(route -> all.add(route.method() + " " + route.path()));
    return all;
  }

  private void handle(ServerRequest request, ServerResponse response) {
    send(response, answer(request, response));
  }

  private Answer answer(ServerRequest request, ServerResponse response) {
    var page = open.get(request.path().path());
    if (page != null && request.prologue().method().text().equals("GET")) {
      return page;
    }
    try {
      return answer(request, response, callers.of(request, response));
    } catch (Refusal refusal) {
      refused.refused(Optional.empty(), refusal.code().code());
      var problem = Problems.of(refusal);
      return refusal.code() == RefusalCode.UNAUTHENTICATED
          ? problem.with("WWW-Authenticate", "Bearer realm=\"sallyport-admin\"")
          : problem;
    } catch (IllegalStateException | UncheckedIOException e) {
      LOG.log(System.Logger.Level.ERROR, "a request to the control plane failed", e);
      return Problems.of(Refusal.fault());
    }
  }

  private Answer answer(ServerRequest request, ServerResponse response, Caller who) {
    try {
      PlainBodies.require(request, response);
      return routed(request, request.prologue().method().text(), request.path().path(), who);
    } catch (Refusal refusal) {
      return refused(who, refusal);
    } catch (InvalidDocumentsException invalid) {
      refused(who, RefusalCode.MALFORMED_REQUEST);
      return Problems.of(invalid);
    } catch (InvalidResourcesException invalid) {
      return Problems.of(invalid);
    }
  }

  private Answer refused(Caller who, Refusal refusal) {
    refused(who, refusal.code());
    return Problems.of(refusal);
  }

  /** There is one administrator, so no more has to be said of it. */
  private void refused(Caller who, RefusalCode code) {
    var sender =
        AdminCallers.isAdministrator(who)
            ? Optional.<Sender>empty()
            : Optional.of(Callers.sender(who));
    refused.refused(sender, code.code());
  }

  private Answer routed(ServerRequest request, String method, String path, Caller who)
      throws InvalidDocumentsException, InvalidResourcesException {
    boolean administrator = AdminCallers.isAdministrator(who);
    var others = new TreeSet<String>();
    if (open.containsKey(path)) {
      others.add("GET");
    }
    for (var route : routes) {
      var parameters = route.match(path);
      if (parameters.isPresent() && route.method().equals(method)) {
        if (!administrator && !route.forApprovers()) {
          throw new Refusal(RefusalCode.FORBIDDEN, FOR_CALLS_ALONE);
        }
        var asked = asked(request, who, parameters.get());
        if (path.startsWith(ADMIN) && !route.parameters().contains(Query.DRY_RUN)) {
          asked.query().requireOnly(route.parameters());
        }
        return route.endpoint().answer(asked);
      }
      parameters.ifPresent(_ -> others.add(route.method()));
    }
    if (!administrator) {
      throw new Refusal(RefusalCode.FORBIDDEN, FOR_CALLS_ALONE);
    }
    if (others.isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_PATH);
    }
    return refused(who, new Refusal(RefusalCode.METHOD_NOT_ALLOWED))
        .with("Allow", String.join(", ", others));
  }

  private static Asked asked(ServerRequest request, Caller caller, Map<String, String> parameters) {
    var headers = request.headers();
    return new Asked(
        caller,
        parameters,
        query(request.query()),
        headers.first(HeaderNames.IF_MATCH),
        headers.first(HeaderNames.CONTENT_TYPE).orElse(""),
        AdminCallers.isAdministrator(caller) ? body(request) : NO_BODY);
  }

  private static Query query(UriQuery sent) {
    var values = new HashMap<String, String>();
    for (var name : sent.names()) {
      values.put(name, sent.first(name).orElse(""));
    }
    return new Query(values, sent.rawValue());
  }

  private static String body(ServerRequest request) {
    try (var in = request.content().inputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(ServerResponse response, Answer answer) {
    response
        .status(Status.create(answer.status()))
        .header(HeaderNames.CONTENT_TYPE, answer.contentType())
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header(HeaderNames.create("X-Content-Type-Options"), "nosniff")
        .header(HeaderNames.create("Content-Security-Policy"), CONTENT_SECURITY)
        .header(HeaderNames.create("Referrer-Policy"), "no-referrer");
    answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    response.send(answer.body());
  }

  /** Is told of requests that are refused before they are an action. */
  @FunctionalInterface
  public interface RefusedListener {
    /** Hears one, by who sent it, if that is to be told, and its stable code. */
    void refused(Optional<Sender> sender, String code);
  }
}
