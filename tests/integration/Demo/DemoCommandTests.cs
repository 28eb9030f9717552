using System.CommandLine;
using ApiLb.Demo;
using Xunit;

namespace ApiLb.IntegrationTests.Demo;

/// <summary><c>apilb demo</c> as a CI job runs it.</summary>
[Collection("demo")] // One at a time: two demos that start at once could choose the same port.
public sealed class DemoCommandTests
{
    [Fact]
    public async Task ScriptedRun_TellsWhatHappens_AndSucceeds()
    {
        var (code, output, _) = await RunAsync("--for", "3s", "--load", "20", "--script", "500ms kill cp1; 1500ms revive cp1");

        Assert.Equal(0, code);
        Assert.Matches("try: kubectl --kubeconfig .*/kubeconfig get nodes -w\n", output);
        Assert.Matches("s  > kill cp1\n", output);
        Assert.Matches("s  cp1: [a-z]+ -> dead, ", output);
        Assert.Matches("s  > revive cp1\n", output);
        Assert.Matches("[0-9]+ requests answered, 0 failed, slowest [0-9]+ ms\\.", output);
    }

    [Fact]
    public async Task RunWithFailedRequests_ReturnsOne()
    {
        var (code, output, _) = await RunAsync("--for", "2s", "--script", "0 kill cp1; 0 kill cp2; 0 kill cp3");

        Assert.Equal(1, code);
        Assert.DoesNotContain(" 0 failed", output.Split('\n')[^2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port: 70000 is out of range; allowed: 1 to 65535", "--port", "70000")]
    [InlineData("--load: 201 is out of range; allowed: 0 to 200", "--load", "201")]
    [InlineData("--for: \"soon\" is not a duration", "--for", "soon")]
    [InlineData("--script: \"kil\" is not a verb", "--script", "1s kil cp1")]
    public async Task WrongOption_SaysWhatIsAllowed(string expected, params string[] arguments)
    {
        var (code, _, errors) = await RunAsync(arguments);

        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var console = new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null };
        var code = await DemoCommand.Create().Parse(arguments).InvokeAsync(console, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
