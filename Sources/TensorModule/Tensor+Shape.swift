extension Tensor {
  /// The same elements in another shape; one size may be −1.
  public func reshaped(_ shape: [Int]) -> Tensor {
    ATen.reshape.tensor(.tensor(self), .integers(shape))
  }

  /// One row of numbers per sample: all dimensions after the first merged.
  public func flattenedSamples() -> Tensor {
    rank == 2 ? self : ATen.flatten.tensor(.tensor(self), .integer(1), .integer(-1))
  }

  /// One number per sample, in a shape that broadcasts against a batch of a rank.
  public func broadcastPerSample(rank: Int) -> Tensor {
    reshaped([count] + [Int](repeating: 1, count: rank - 1))
  }

  /// With a dimension of size one put in.
  public func unsqueezed(at dimension: Int) -> Tensor {
    ATen.unsqueeze.tensor(.tensor(self), .integer(dimension))
  }

  /// With a dimension of size one taken out.
  public func squeezed(at dimension: Int) -> Tensor {
    ATen.squeeze.tensor(.tensor(self), .integer(dimension))
  }

  /// Broadcast to a shape without copying.
  public func expanded(to shape: [Int]) -> Tensor {
    ATen.expand.tensor(.tensor(self), .integers(shape))
  }

  /// With the dimensions in another order.
  public func permuted(_ dimensions: [Int]) -> Tensor {
    ATen.permute.tensor(.tensor(self), .integers(dimensions))
  }

  /// With two dimensions exchanged.
  public func transposed(_ first: Int, _ second: Int) -> Tensor {
    ATen.transpose.tensor(.tensor(self), .integer(first), .integer(second))
  }

  /// Mirrored along dimensions.
  public func flipped(along dimensions: [Int]) -> Tensor {
    ATen.flip.tensor(.tensor(self), .integers(dimensions))
  }

  /// Dense in memory in the given order; itself if it is so already.
  public func contiguous(in format: MemoryFormat = .contiguous) -> Tensor {
    ATen.contiguous.tensor(.tensor(self), .memoryFormat(format))
  }

  /// A copy with memory of its own.
  public func copied() -> Tensor { ATen.clone.tensor(.tensor(self)) }

  /// A copy whose dimensions lie in memory in the given order.
  ///
  /// Its strides say so even where sizes of 1 leave the order open, as in the kernel of a convolution
  /// of grey pictures; libtorch chooses its convolution by them.
  public func copied(in format: MemoryFormat) -> Tensor {
    ATen.clone.tensor(.tensor(self), .memoryFormat(format))
  }

  /// With elements of another type.
  public func converted(to type: ElementType) -> Tensor {
    ATen.to.tensor(.tensor(self), .elementType(type))
  }

  /// On another device; itself if it is there already.
  public func moved(to device: Device) -> Tensor {
    deviceName == device.name
      ? self : ATen.to.tensor(.tensor(self), .absent, .absent, .device(device))
  }

  /// The same elements, cut off from any graph of gradients.
  public func detached() -> Tensor {
    trapping { () throws(EngineError) in try detachedOrThrow() }
  }
}
