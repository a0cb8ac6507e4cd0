package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Is told what a server says while it is watched, on the thread that watches. Must not block. */
public interface UpstreamEvents {
  /**
   * The watch has begun.
   *
   * @param uris those of the wanted that the server tells about
   */
  void watching(Set<String> uris);

  /** A list is no longer the same. */
  void listChanged();

  /**
   * Something that can be read is no longer the same.
   *
   * @param params of the notification, as the server wrote them
   */
  void updated(ObjectNode params);
}
