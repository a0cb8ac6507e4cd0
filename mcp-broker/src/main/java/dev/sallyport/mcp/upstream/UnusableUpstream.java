package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.vault.Lent;
import java.util.Optional;

/**
 * A server that can never be asked, as it is set.
 *
 * @param why what is wrong, for administrators alone
 */
public record UnusableUpstream(String why) implements Upstream {
  @Override
  public Listing inspect(Lent lent) {
    throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
  }

  @Override
  public UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation) {
    throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
  }

  @Override
  public Optional<String> trouble() {
    return Optional.of(why);
  }

  @Override
  public void close() {}
}
