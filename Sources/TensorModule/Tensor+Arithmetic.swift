extension Tensor {
  /// Element by element, with broadcasting.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    ATen.add.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func + (left: Tensor, right: Double) -> Tensor {
    ATen.addScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    ATen.sub.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func - (left: Tensor, right: Double) -> Tensor {
    ATen.subScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    ATen.mul.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func * (left: Tensor, right: Double) -> Tensor {
    ATen.mulScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func * (left: Double, right: Tensor) -> Tensor { right * left }

  /// Element by element, with broadcasting.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    ATen.div.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func / (left: Tensor, right: Double) -> Tensor {
    ATen.divScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element.
  public static prefix func - (tensor: Tensor) -> Tensor { ATen.neg.tensor(.tensor(tensor)) }

  /// Absolute values.
  public func magnitude() -> Tensor { ATen.abs.tensor(.tensor(self)) }

  /// −1, 0 or 1; the sign of zero is zero.
  public func sign() -> Tensor { ATen.sign.tensor(.tensor(self)) }

  /// Square roots.
  public func squareRoot() -> Tensor { ATen.sqrt.tensor(.tensor(self)) }

  /// Each element multiplied by itself.
  public func squared() -> Tensor { self * self }

  /// Each element raised to a power.
  public func power(_ exponent: Double) -> Tensor {
    ATen.pow.tensor(.tensor(self), .real(exponent))
  }

  /// e raised to each element.
  public func exponential() -> Tensor { ATen.exp.tensor(.tensor(self)) }

  /// Natural logarithms.
  public func logarithm() -> Tensor { ATen.log.tensor(.tensor(self)) }

  /// Hyperbolic tangents.
  public func hyperbolicTangent() -> Tensor { ATen.tanh.tensor(.tensor(self)) }

  /// The numbers whose hyperbolic tangents the elements are.
  public func inverseHyperbolicTangent() -> Tensor { ATen.atanh.tensor(.tensor(self)) }

  /// Negative elements replaced by zero.
  public func rectified() -> Tensor { ATen.relu.tensor(.tensor(self)) }

  /// Rounded to the nearest integer, halves to the even one.
  public func rounded() -> Tensor { ATen.round.tensor(.tensor(self)) }

  /// Rounded down.
  public func roundedDown() -> Tensor { ATen.floor.tensor(.tensor(self)) }

  /// Rounded up.
  public func roundedUp() -> Tensor { ATen.ceil.tensor(.tensor(self)) }

  /// Kept inside a range.
  public func clamped(to range: ClosedRange<Double>) -> Tensor {
    ATen.clamp.tensor(.tensor(self), .real(range.lowerBound), .real(range.upperBound))
  }

  /// Kept between two tensors, element by element.
  public func clamped(from lower: Tensor, to upper: Tensor) -> Tensor {
    ATen.clampTensor.tensor(.tensor(self), .tensor(lower), .tensor(upper))
  }

  /// Part of the way from each element to another one.
  ///
  /// - Parameter share: 0 gives this tensor, 1 the other one.
  public func blended(with other: Tensor, share: Double) -> Tensor {
    ATen.lerp.tensor(.tensor(self), .tensor(other), .real(share))
  }

  /// The greater of two elements.
  public func maximum(_ other: Tensor) -> Tensor {
    ATen.maximum.tensor(.tensor(self), .tensor(other))
  }

  /// The lesser of two elements.
  public func minimum(_ other: Tensor) -> Tensor {
    ATen.minimum.tensor(.tensor(self), .tensor(other))
  }
}

extension Tensor {
  /// The next representable number in the direction of another tensor.
  public func neighbour(toward other: Tensor) -> Tensor {
    ATen.nextAfter.tensor(.tensor(self), .tensor(other))
  }
}
