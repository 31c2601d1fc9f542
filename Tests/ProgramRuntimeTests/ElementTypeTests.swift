import ProgramIR
import ProgramRuntime
import TensorModule
import Testing

@Suite struct ElementTypeTests {
  @Test(arguments: ElementType.allCases)
  func archivesNameEveryElementType(type: ElementType) {
    #expect(ElementType(DataType(type)) == type)
    #expect("\(DataType(type))" == "\(type)")
  }
}
