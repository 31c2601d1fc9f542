public import Foundation
import Synchronization

/// An HTTP server on the loopback interface that answers as tests say, or fails as they say.
///
/// It knows no more of HTTP than clients of tests need, so that it can break every rule.
public final class FaultyServer: Sendable {
  /// What came in.
  public struct Request: Sendable {
    /// Such as `POST`.
    public var method: String
    /// The path with its query string.
    public var path: String
    /// Values by names in small letters.
    public var headers: [String: String]
    /// The body.
    public var body: Data
  }

  /// What goes out.
  public enum Reply: Sendable {
    /// A status with headers and a body.
    case answer(Int, headers: [String: String] = [:], Data)
    /// Fewer bytes of a body than its header says, and then the end of the connection.
    case cutOff(Data)
    /// The same answer two times, with status 200.
    case twice(Data)
    /// A body byte by byte, with so many seconds before each.
    case drip(Data, seconds: Double)
    /// Nothing at all until the server ends.
    case silence
    /// The end of the connection in the way of a machine that fails.
    case reset

    /// A JSON answer with status 200.
    public static func json(_ text: String) -> Reply {
      .answer(200, headers: ["Content-Type": "application/json"], Data(text.utf8))
    }
  }

  /// `http://127.0.0.1:PORT`.
  public let address: String
  private let listener: Int32
  private let connections = Mutex<[Int32]>([])
  private let handler: @Sendable (Request, _ number: Int) -> Reply
  private let count = Mutex(0)

  /// How many requests have come in.
  public var requestCount: Int { count.withLock(\.self) }

  /// A server on a free port.
  ///
  /// - Parameter handler: given each request and its number, from 0, on some thread.
  public init(
    _ handler: @escaping @Sendable (Request, _ number: Int) -> Reply
  ) throws {
    self.handler = handler
    let listener = socket(AF_INET, Self.streamType, 0)
    self.listener = listener
    var one: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    Thread.detachNewThread { [self] in accept() }
  }

  /// Ends the server: open connections are closed.
  public func end() {
    shutdown(listener, Self.both)
    close(listener)
    connections.withLock { open in
      for connection in open { shutdown(connection, Self.both) }
    }
  }

  private func accept() {
    while true {
      let connection = Self.acceptConnection(listener)
      if connection < 0 { return }
      connections.withLock { $0.append(connection) }
      Thread.detachNewThread { [self] in
        serve(connection)
        connections.withLock { $0.removeAll { $0 == connection } }
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    var pending = Data()
    while let request = Self.request(from: connection, &pending) {
      let number = count.withLock { count in
        defer { count += 1 }
        return count
      }
      switch handler(request, number) {
      case .answer(let status, let headers, let body):
        guard Self.send(Self.head(status, headers, length: body.count) + body, to: connection)
        else { return }
      case .cutOff(let body):
        _ = Self.send(Self.head(200, [:], length: body.count + 100) + body, to: connection)
        return
      case .twice(let body):
        let answer = Self.head(200, [:], length: body.count) + body
        guard Self.send(answer + answer, to: connection) else { return }
      case .drip(let body, let seconds):
        guard Self.send(Self.head(200, [:], length: body.count), to: connection) else { return }
        for byte in body {
          Thread.sleep(forTimeInterval: seconds)
          guard Self.send(Data([byte]), to: connection) else { return }
        }
      case .silence:
        // Until the client or the server ends the connection.
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
        return
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
          connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        return
      }
    }
  }
}

extension FaultyServer {
  #if canImport(Glibc)
  private static let streamType = Int32(SOCK_STREAM.rawValue)
  private static let both = Int32(SHUT_RDWR)
  private static let noSignal = Int32(MSG_NOSIGNAL)
  private static func acceptConnection(_ listener: Int32) -> Int32 {
    Glibc.accept(listener, nil, nil)
  }
  #else
  private static let streamType = SOCK_STREAM
  private static let both = SHUT_RDWR
  private static let noSignal: Int32 = 0
  private static func acceptConnection(_ listener: Int32) -> Int32 {
    let connection = Darwin.accept(listener, nil, nil)
    var one: Int32 = 1
    setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
    return connection
  }
  #endif

  private static func head(_ status: Int, _ headers: [String: String], length: Int) -> Data {
    let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
    return Data("HTTP/1.1 \(status) Status\r\nContent-Length: \(length)\r\n\(lines)\r\n".utf8)
  }

  private static func send(_ data: Data, to connection: Int32) -> Bool {
    var rest = data
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        #if canImport(Glibc)
        Glibc.send(connection, $0.baseAddress, $0.count, noSignal)
        #else
        Darwin.send(connection, $0.baseAddress, $0.count, noSignal)
        #endif
      }
      if sent <= 0 { return false }
      rest = rest.dropFirst(sent)
    }
    return true
  }

  /// The next request of a connection; nothing if it has ended.
  private static func request(from connection: Int32, _ pending: inout Data) -> Request? {
    let separator = Data("\r\n\r\n".utf8)
    func more() -> Bool {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = recv(connection, &chunk, chunk.count, 0)
      if count > 0 { pending.append(contentsOf: chunk.prefix(count)) }
      return count > 0
    }
    while pending.range(of: separator) == nil {
      if !more() { return nil }
      // As web servers do when they are asked for TLS, of which this is the first byte.
      if pending.first == 22 {
        _ = send(head(400, [:], length: 0), to: connection)
        return nil
      }
    }
    guard let end = pending.range(of: separator) else { return nil }
    let lines = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ").map(String.init)
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    pending = Data(pending[end.upperBound...])
    while pending.count < length { if !more() { return nil } }
    let body = Data(pending.prefix(length))
    pending = Data(pending.dropFirst(length))
    return Request(method: words[0], path: words[1], headers: headers, body: body)
  }
}
