import Foundation
import InferenceProtocol

/// One run of libFuzzer: whatever a body is, reading it must end in a message or an error.
///
/// The first two bytes tell where the JSON ends, if they are not both 255; the rest is the body. What
/// was read must be read again from our own bytes as the same message.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Data(UnsafeBufferPointer(start: start, count: count))
  guard input.count >= 2 else { return 0 }
  let length = Int(input[0]) | Int(input[1]) << 8
  let body = MessageBody(
    bytes: input.dropFirst(2), headerLength: length == 0xFFFF ? nil : length)
  let limits = ProtocolLimits(elements: 1 << 16)
  if let request = try? InferenceRequest(decoding: body, within: limits) {
    // Bytes and not values, since NaN is no equal of itself.
    if let written = try? request.encoded(binary: { _ in true }) {
      let again = try? InferenceRequest(decoding: written, within: limits)
      let bytes = try? again?.encoded(binary: { _ in true })
      precondition(bytes == written, "a request is not read as it was written")
    }
    _ = try? request.encoded()
  }
  if let response = try? InferenceResponse(decoding: body, within: limits) {
    _ = try? response.encoded()
  }
  _ = try? ModelMetadata(decoding: body.bytes)
  return 0
}
