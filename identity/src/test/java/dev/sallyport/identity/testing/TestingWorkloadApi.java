package dev.sallyport.identity.testing;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A SPIFFE Workload API that gives out JWT bundles, on a free loopback port. Like a real agent it
 * refuses whoever does not send the security header.
 */
public final class TestingWorkloadApi implements AutoCloseable {
  private static final Metadata.Key<String> SECURITY_HEADER =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  private final List<StreamObserver<JWTBundlesResponse>> streams = new CopyOnWriteArrayList<>();
  private final Semaphore opened = new Semaphore(0);
  private final Server server;
  private volatile Map<String, String> bundles;
  private volatile Status refusal = Status.OK;

  /**
   * A server that gives out these bundles.
   *
   * @param bundles JWKS documents by the name of the trust domain
   */
  public TestingWorkloadApi(Map<String, String> bundles) {
    this.bundles = bundles;
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(new Bundles())
              .intercept(new HeaderCheck())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address for a client. */
  public String address() {
    return "tcp://127.0.0.1:" + server.getPort();
  }

  /** Gives out other bundles from now on, and to those who listen at once. */
  public void push(Map<String, String> fresh) {
    bundles = fresh;
    streams.forEach(stream -> stream.onNext(response()));
  }

  /** Ends every stream in good order, as an agent does that is stopped. */
  public void endStreams() {
    streams.forEach(StreamObserver::onCompleted);
    streams.clear();
  }

  /** From now on, refuses whoever asks, unless this is OK. */
  public void refuse(Status status) {
    refusal = status;
  }

  /** Waits until one more client asked for bundles, for 10 seconds at most. */
  public void awaitRequest() throws InterruptedException {
    if (!opened.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no client asked for bundles");
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private JWTBundlesResponse response() {
    var response = JWTBundlesResponse.newBuilder();
    bundles.forEach((domain, bundle) ->
        response.putBundles(
            "spiffe://" + domain, ByteString.copyFrom(bundle, StandardCharsets.UTF_8)));
    return response.build();
  }

  private final class Bundles extends SpiffeWorkloadAPIImplBase {
    @Override
    public void fetchJWTBundles(
        JWTBundlesRequest request, StreamObserver<JWTBundlesResponse> stream) {
      if (refusal.isOk()) {
        streams.add(stream);
        stream.onNext(response());
      } else {
        stream.onError(refusal.asRuntimeException());
      }
      opened.release();
    }
  }

  private static final class HeaderCheck implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      if ("true".equals(headers.get(SECURITY_HEADER))) {
        return next.startCall(call, headers);
      }
      call.close(Status.INVALID_ARGUMENT.withDescription("security header missing"), headers);
      return new ServerCall.Listener<>() {};
    }
  }
}
