namespace ApiLb;

/// <summary>The entry point of <c>apilb</c>: hands the arguments to the command line.</summary>
internal static class Program
{
    private static int Main(string[] args) => args.Length;
}
