package dev.sallyport.mcp.upstream;

import dev.sallyport.mcp.upstream.Dialect.Beginning;
import dev.sallyport.mcp.upstream.Dialect.Session;
import dev.sallyport.mcp.upstream.Dialect.Stateless;
import dev.sallyport.mcp.wire.HeaderText;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.vault.egress.EgressRequest.Header;
import java.util.ArrayList;
import java.util.List;

/** What a request says of itself in headers. */
final class HttpHeaders {
  private static final String MIRRORED = "Mcp-Param-";

  private HttpHeaders() {}

  static List<Header> of(Dialect in, UpstreamRequest request) {
    return switch (in) {
      case Stateless() -> stateless(request);
      case Session session -> of(session);
      case Beginning() -> List.of();
    };
  }

  static List<Header> of(Session session) {
    var headers = new ArrayList<Header>(2);
    headers.add(new Header(Meta.VERSION_HEADER, session.revision()));
    session.id().ifPresent(id -> headers.add(new Header(Meta.SESSION_HEADER, id)));
    return headers;
  }

  private static List<Header> stateless(UpstreamRequest request) {
    var headers = new ArrayList<Header>(3 + request.mirrored().size());
    headers.add(new Header(Meta.VERSION_HEADER, Revision.R2026_07_28.label()));
    headers.add(new Header(Meta.METHOD_HEADER, request.method()));
    request
        .name()
        .ifPresent(name -> headers.add(new Header(Meta.NAME_HEADER, HeaderText.encode(name))));
    request
        .mirrored()
        .forEach(
            (name, value) -> headers.add(new Header(MIRRORED + name, HeaderText.encode(value))));
    return headers;
  }
}
