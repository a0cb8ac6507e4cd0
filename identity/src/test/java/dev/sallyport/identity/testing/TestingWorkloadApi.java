package dev.sallyport.identity.testing;

import com.google.protobuf.ByteString;
import dev.sallyport.identity.testing.TestingAuthority.Certified;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.StreamObserver;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509SVID;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A SPIFFE Workload API that gives out bundles and an X.509-SVID, on a free loopback port. Like a
 * real agent it refuses whoever does not send the security header.
 */
public final class TestingWorkloadApi implements AutoCloseable {
  private static final Metadata.Key<String> SECURITY_HEADER =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  private static final EventLoopGroup LOOPS =
      new EpollEventLoopGroup(1, Thread.ofPlatform().daemon().factory());

  private final Streams<JWTBundlesResponse> jwtStreams = new Streams<>();
  private final Streams<X509BundlesResponse> x509Streams = new Streams<>();
  private final Streams<X509SVIDResponse> svidStreams = new Streams<>();
  private final SocketAddress socket;
  private volatile Server server;
  private volatile JWTBundlesResponse jwtBundles;
  private volatile X509BundlesResponse x509Bundles = X509BundlesResponse.getDefaultInstance();
  private volatile X509SVIDResponse svid = X509SVIDResponse.getDefaultInstance();
  private volatile String securityHeader = "true";
  private volatile Status refusal = Status.OK;

  /**
   * A server that gives out these bundles, and no authorities of X.509-SVIDs.
   *
   * @param bundles JWKS documents by the name of the trust domain
   */
  public TestingWorkloadApi(Map<String, String> bundles) {
    this(bundles, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private TestingWorkloadApi(Map<String, String> bundles, SocketAddress wanted) {
    this.jwtBundles = response(bundles);
    this.server = serve(wanted);
    this.socket = server.getListenSockets().getFirst();
  }

  /** A server that gives out nothing yet, on a Unix socket. */
  public static TestingWorkloadApi at(Path socket) {
    return new TestingWorkloadApi(Map.of(), new DomainSocketAddress(socket.toFile()));
  }

  /** The address for a client. */
  public String address() {
    return socket instanceof InetSocketAddress tcp
        ? "tcp://127.0.0.1:" + tcp.getPort()
        : "unix:" + socket;
  }

  /** Gives out other bundles from now on, and to those who listen at once. */
  public void push(Map<String, String> fresh) {
    jwtBundles = response(fresh);
    jwtStreams.send(jwtBundles);
  }

  /** Gives out these authorities from now on, in DER by the name of the trust domain. */
  public void pushAuthorities(Map<String, byte[]> fresh) {
    var response = X509BundlesResponse.newBuilder();
    fresh.forEach(
        (domain, der) -> response.putBundles("spiffe://" + domain, ByteString.copyFrom(der)));
    x509Bundles = response.build();
    x509Streams.send(x509Bundles);
  }

  /** Gives out this X.509-SVID from now on. */
  public void pushSvid(String id, Certified fresh) {
    pushSvid(id, TestingAuthority.der(fresh.certificate()), fresh.key());
  }

  /** Gives out whatever is to stand for an X.509-SVID from now on. */
  public void pushSvid(String id, byte[] chain, PrivateKey key) {
    svid =
        X509SVIDResponse.newBuilder()
            .addSvids(
                X509SVID
                    .newBuilder()
                    .setSpiffeId(id)
                    .setX509Svid(ByteString.copyFrom(chain))
                    .setX509SvidKey(ByteString.copyFrom(key.getEncoded())))
            .build();
    svidStreams.send(svid);
  }

  /** Ends every stream in good order, as an agent does that is stopped. */
  public void endStreams() {
    jwtStreams.end();
    x509Streams.end();
    svidStreams.end();
  }

  /** From now on, refuses whoever asks, unless this is OK. */
  public void refuse(Status status) {
    refusal = status;
  }

  /** From now on, refuses whoever does not send this as the security header. */
  public void wantHeader(String value) {
    securityHeader = value;
  }

  /** Refuses those who listen, too. */
  public void cutOff(Status status) {
    refuse(status);
    jwtStreams.cut(status);
    x509Streams.cut(status);
    svidStreams.cut(status);
  }

  /** Is gone at once, as an agent is that is killed. */
  public void kill() throws InterruptedException {
    server.shutdownNow();
    if (!server.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not end");
    }
    jwtStreams.forget();
    x509Streams.forget();
    svidStreams.forget();
  }

  /** Is there again, at the same address. */
  public void restart() {
    server = serve(socket);
  }

  /** Waits until one more client asked for JWT bundles, for 30 seconds at most. */
  public void awaitRequest() throws InterruptedException {
    jwtStreams.awaitRequest();
  }

  /**
   * Waits so long at most until one more client asked for JWT bundles, and says whether one did.
   */
  public boolean awaitRequest(Duration timeout) throws InterruptedException {
    return jwtStreams.requests.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How often clients asked for JWT bundles, as far as nobody waited for that. */
  public int requests() {
    return jwtStreams.requests.availablePermits();
  }

  /** As {@link #awaitRequest}, of an X.509-SVID. */
  public boolean awaitSvidRequest(Duration timeout) throws InterruptedException {
    return svidStreams.requests.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** As {@link #requests}, of an X.509-SVID. */
  public int svidRequests() {
    return svidStreams.requests.availablePermits();
  }

  /** Waits until one more client asked for an X.509-SVID, for 30 seconds at most. */
  public void awaitSvidRequest() throws InterruptedException {
    svidStreams.awaitRequest();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private Server serve(SocketAddress wanted) {
    try {
      var builder = NettyServerBuilder.forAddress(wanted);
      if (wanted instanceof DomainSocketAddress) {
        builder
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(LOOPS)
            .workerEventLoopGroup(LOOPS);
      }
      return builder.addService(new Agent()).intercept(new HeaderCheck()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JWTBundlesResponse response(Map<String, String> bundles) {
    var response = JWTBundlesResponse.newBuilder();
    bundles.forEach((domain, bundle) ->
        response.putBundles(
            "spiffe://" + domain, ByteString.copyFrom(bundle, StandardCharsets.UTF_8)));
    return response.build();
  }

  private final class Agent extends SpiffeWorkloadAPIImplBase {
    @Override
    public void fetchJWTBundles(
        JWTBundlesRequest request, StreamObserver<JWTBundlesResponse> stream) {
      jwtStreams.begin(stream, jwtBundles, refusal);
    }

    @Override
    public void fetchX509Bundles(
        X509BundlesRequest request, StreamObserver<X509BundlesResponse> stream) {
      x509Streams.begin(stream, x509Bundles, refusal);
    }

    @Override
    public void fetchX509SVID(X509SVIDRequest request, StreamObserver<X509SVIDResponse> stream) {
      svidStreams.begin(stream, svid, refusal);
    }
  }

  /** Those who listen to one kind of news. */
  private static final class Streams<M> {
    private final List<StreamObserver<M>> open = new CopyOnWriteArrayList<>();
    private final Semaphore requests = new Semaphore(0);

    private void begin(StreamObserver<M> stream, M first, Status refusal) {
      if (refusal.isOk()) {
        open.add(stream);
        stream.onNext(first);
      } else {
        stream.onError(refusal.asRuntimeException());
      }
      requests.release();
    }

    private void send(M message) {
      open.forEach(stream -> stream.onNext(message));
    }

    private void end() {
      open.forEach(StreamObserver::onCompleted);
      open.clear();
    }

    private void cut(Status status) {
      open.forEach(stream -> stream.onError(status.asRuntimeException()));
      open.clear();
    }

    private void forget() {
      open.clear();
    }

    private void awaitRequest() throws InterruptedException {
      if (!requests.tryAcquire(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no client asked");
      }
    }
  }

  private final class HeaderCheck implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      if (securityHeader.equals(headers.get(SECURITY_HEADER))) {
        return next.startCall(call, headers);
      }
      call.close(Status.INVALID_ARGUMENT.withDescription("security header missing"), headers);
      return new ServerCall.Listener<>() {};
    }
  }
}
