infix operator .== : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .&& : LogicalConjunctionPrecedence
infix operator .|| : LogicalDisjunctionPrecedence
prefix operator .!

/// Comparisons element by element; the results hold truth values.
extension Tensor {
  /// Element by element, with broadcasting.
  public static func .== (left: Tensor, right: Tensor) -> Tensor {
    ATen.equal.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func .== (left: Tensor, right: Double) -> Tensor {
    ATen.equalScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func .< (left: Tensor, right: Tensor) -> Tensor {
    ATen.less.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func .< (left: Tensor, right: Double) -> Tensor {
    ATen.lessScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func .<= (left: Tensor, right: Tensor) -> Tensor {
    ATen.lessOrEqual.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func .<= (left: Tensor, right: Double) -> Tensor {
    ATen.lessOrEqualScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func .> (left: Tensor, right: Tensor) -> Tensor {
    ATen.greater.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func .> (left: Tensor, right: Double) -> Tensor {
    ATen.greaterScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func .>= (left: Tensor, right: Tensor) -> Tensor {
    ATen.greaterOrEqual.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func .>= (left: Tensor, right: Double) -> Tensor {
    ATen.greaterOrEqualScalar.tensor(.tensor(left), .real(right))
  }

  /// Element by element, with broadcasting.
  public static func .&& (left: Tensor, right: Tensor) -> Tensor {
    ATen.logicalAnd.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element, with broadcasting.
  public static func .|| (left: Tensor, right: Tensor) -> Tensor {
    ATen.logicalOr.tensor(.tensor(left), .tensor(right))
  }

  /// Element by element.
  public static prefix func .! (tensor: Tensor) -> Tensor {
    ATen.bitwiseNot.tensor(.tensor(tensor))
  }

  /// Where an element is neither infinite nor not-a-number.
  public func isFinite() -> Tensor { ATen.isFinite.tensor(.tensor(self)) }

  /// This tensor where the mask is true, the other one elsewhere.
  ///
  /// - Parameters:
  ///   - mask: truth values of a shape that broadcasts to this one.
  ///   - other: of a shape that broadcasts to this one.
  public func selected(where mask: Tensor, otherwise other: Tensor) -> Tensor {
    ATen.whereTensor.tensor(.tensor(mask), .tensor(self), .tensor(other))
  }

  /// Whether all elements are true.
  public func allTrue() -> Bool { ATen.all.tensor(.tensor(self)).truths()[0] }

  /// Whether any element is true.
  public func anyTrue() -> Bool { ATen.any.tensor(.tensor(self)).truths()[0] }
}
