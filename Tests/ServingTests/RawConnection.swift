import Foundation
import Testing

/// A socket that says what it likes, for what no decent client would say.
struct RawConnection {
  private let socket: Int32

  init(port: Int) throws {
    #if canImport(Glibc)
    let stream = Int32(SOCK_STREAM.rawValue)
    #else
    let stream = SOCK_STREAM
    #endif
    socket = Foundation.socket(AF_INET, stream, 0)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(status == 0)
  }

  /// Sends text and reads until the server closes the connection.
  ///
  /// The wait has a thread of its own: the server may need those that tests share.
  func exchange(_ text: String) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try answer(to: text) }) }
    }
  }

  private func answer(to text: String) throws -> String {
    defer { close(socket) }
    let bytes = Array(text.utf8)
    guard send(socket, bytes, bytes.count, 0) == bytes.count else { throw Silence() }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count <= 0 {
        // A reset is an end as well; only silence is not.
        if count < 0 && errno == EAGAIN { throw Silence() }
        return String(decoding: answer, as: UTF8.self)
      }
      answer += buffer.prefix(count)
    }
  }

  /// The server took nothing, or left the connection open.
  struct Silence: Error {}
}
