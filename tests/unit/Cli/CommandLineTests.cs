using System.CommandLine;
using ApiLb.Cli;
using ApiLb.Demo;
using Xunit;

namespace ApiLb.UnitTests.Cli;

/// <summary>What every command owes to whoever asks for its help.</summary>
public sealed class CommandLineTests
{
    private const int NarrowTerminal = 80;

    public static TheoryData<string> Commands() => [.. CommandLine.Create().Subcommands.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_HasAnExampleThatTheCommandTakes(string name)
    {
        var root = CommandLine.Create();

        var example = LineOf(root, name, "Example: apilb ");

        Assert.Empty(root.Parse(Words(example)).Errors.Select(e => e.Message));
        Assert.Equal(name, root.Parse(Words(example)).CommandResult.Command.Name);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_HasExitCodes(string name) =>
        Assert.Contains("0 ", LineOf(CommandLine.Create(), name, "Exit codes: "), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Options_AreDescribed(string name) =>
        Assert.DoesNotContain(CommandLine.Create().Subcommands.Single(c => c.Name == name).Options, o => string.IsNullOrWhiteSpace(o.Description));

    /// <summary>Help shows a default as one would type it.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void Defaults_AreTaken(string name)
    {
        foreach (var option in CommandLine.Create().Subcommands.Single(c => c.Name == name).Options.Where(o => o.HasDefaultValue && o.ValueType != typeof(bool)))
        {
            if (option.GetDefaultValue() is { } usual and not Array and not DemoScript)
            {
                Assert.Empty(new RootCommand { option }.Parse([option.Name, $"{usual}"]).Errors.Select(e => e.Message));
            }
        }
    }

    [Fact]
    public void Overview_HasEveryCommandInOneLineOfANarrowTerminal()
    {
        var root = CommandLine.Create();

        var lines = OverviewHelp.TextOf(root).Split('\n');

        Assert.All(lines, line => Assert.InRange(line.Length, 0, NarrowTerminal));
        Assert.All(root.Subcommands, command => Assert.Contains(lines, line => line.StartsWith($"  {command.Name} ", StringComparison.Ordinal)));
    }

    private static string LineOf(RootCommand root, string command, string begin) =>
        root.Subcommands.Single(c => c.Name == command).Description?.Split('\n').FirstOrDefault(l => l.StartsWith(begin, StringComparison.Ordinal))?[begin.Length..]
            ?? throw new InvalidOperationException($"the help of {command} has no line that begins with '{begin}'");

    /// <summary>As a shell splits a line with double quotes.</summary>
    private static string[] Words(string line) =>
        [.. line.Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
