import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The protected front of a server on this machine: it takes TLS off and hands on what is inside.
final class ProtectedFront: Sendable {
  /// The port that it listens on.
  let port: Int
  private let channel: any Channel
  private let received: Received

  /// How many bytes came out of protected connections so far.
  var receivedBytes: Int { received.count.withLock(\.self) }

  private final class Received: Sendable {
    let count = Mutex(0)
  }

  /// Listens on a free port of the loopback interface.
  ///
  /// - Parameters:
  ///   - pair: the certificate that is shown.
  ///   - port: the server behind.
  init(showing pair: TestCertificates.Pair, before port: Int) throws {
    let received = Received()
    self.received = received
    let configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(pair.certificate).map {
        .certificate($0)
      },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: pair.key, format: .pem)))
    let context = try NIOSSLContext(configuration: configuration)
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            NIOSSLServerHandler(context: context),
            Forwarder(to: port) { count in received.count.withLock { $0 += count } })
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    self.port = channel.localAddress?.port ?? 0
  }

  /// Listens no more.
  func end() { try? channel.close().wait() }
}

/// Hands bytes of a connection on to a server, and its answers back.
private final class Forwarder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let port: Int
  private let count: @Sendable (Int) -> Void
  private var server: EventLoopFuture<any Channel>?

  init(to port: Int, count: @escaping @Sendable (Int) -> Void) {
    (self.port, self.count) = (port, count)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    count(bytes.readableBytes)
    let client = context.channel
    let server =
      server
      ?? ClientBootstrap(group: context.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Returner(to: client))
        }
      }
      .connect(host: "127.0.0.1", port: port)
    self.server = server
    server.whenSuccess { $0.writeAndFlush(bytes, promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    server?.whenSuccess { $0.close(promise: nil) }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// Hands bytes of a server back.
private final class Returner: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let client: any Channel

  init(to client: any Channel) { self.client = client }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    client.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    client.close(promise: nil)
    context.fireChannelInactive()
  }
}
