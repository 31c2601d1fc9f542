package import ProgramIR
package import TensorModule

extension Weight {
  /// A copy of a tensor's elements, in row-major order.
  package init(_ tensor: Tensor) {
    let dataType = DataType(tensor.elementType)
    let sizes = tensor.shape
    let storage = Storage(byteCount: tensor.elementCount * dataType.byteCount) {
      tensor.copyElements(to: $0)
    }
    self.init(
      dataType: dataType, sizes: sizes, strides: Self.contiguousStrides(sizes), storage: storage)
  }
}
