package dev.sallyport.vault.egress;

import dev.sallyport.identity.net.AddressRule;
import dev.sallyport.vault.egress.EgressException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Opens connections: resolves, checks, connects to what was checked, and agrees on TLS. */
final class Dialer {
  private final AddressRule rule;
  private final SSLSocketFactory tls;
  private final Duration connectTimeout;
  private final Stalls stalls;

  Dialer(AddressRule rule, SSLSocketFactory tls, Duration connectTimeout, Stalls stalls) {
    this.rule = rule;
    this.tls = tls;
    this.connectTimeout = connectTimeout;
    this.stalls = stalls;
  }

  Connection open(Origin origin) throws EgressException {
    long deadline = System.nanoTime() + connectTimeout.toNanos();
    for (var address : resolve(origin.host())) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      var channel = connect(new InetSocketAddress(address, origin.port()), left);
      if (channel.isOpen()) {
        return secured(origin, channel, deadline);
      }
    }
    throw new EgressException(Reason.CONNECT, "the upstream takes no connection");
  }

  private List<InetAddress> resolve(String host) throws EgressException {
    InetAddress[] found;
    try {
      found = InetAddress.getAllByName(host);
    } catch (UnknownHostException _) {
      throw new EgressException(Reason.CONNECT, "the upstream's name does not resolve");
    }
    var allowed = Arrays.stream(found).filter(rule::allows).toList();
    if (allowed.isEmpty()) {
      throw new EgressException(
          Reason.CONNECT, "the upstream's address is one that no request may go to");
    }
    return allowed;
  }

  /** A connected channel, or a closed one if that failed. */
  private static SocketChannel connect(InetSocketAddress address, long nanos)
      throws EgressException {
    SocketChannel channel;
    try {
      channel = SocketChannel.open();
    } catch (IOException _) {
      throw new EgressException(Reason.CONNECT, "no socket can be opened");
    }
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.socket().connect(address, millis(nanos));
    } catch (IOException _) {
      close(channel);
    }
    return channel;
  }

  private Connection secured(Origin origin, SocketChannel channel, long deadline)
      throws EgressException {
    try {
      var socket = origin.secure() ? agree(origin, channel, deadline) : channel.socket();
      return new Connection(origin, channel, socket, stalls);
    } catch (SocketTimeoutException _) {
      close(channel);
      throw new EgressException(Reason.CONNECT, "the upstream does not agree on TLS in time");
    } catch (SSLException _) {
      close(channel);
      throw new EgressException(Reason.TLS, "the upstream's certificate or TLS does not hold");
    } catch (IOException _) {
      close(channel);
      throw new EgressException(Reason.CONNECT, "the upstream broke off before it was asked");
    }
  }

  private Socket agree(Origin origin, SocketChannel channel, long deadline) throws IOException {
    var socket = (SSLSocket) tls.createSocket(channel.socket(), origin.host(), origin.port(), true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException();
    }
    socket.setSoTimeout(millis(left));
    socket.startHandshake();
    socket.setSoTimeout(0); // from here on, the connection watches itself
    return socket;
  }

  private static int millis(long nanos) {
    return (int) Math.min(nanos / 1_000_000 + 1, Integer.MAX_VALUE);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is as closed as it can be.
    }
  }
}
