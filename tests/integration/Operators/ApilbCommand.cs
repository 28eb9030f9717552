using ApiLb.IntegrationTests.Service;

namespace ApiLb.IntegrationTests.Operators;

/// <summary>One command of the built executable, as an operator types it.</summary>
internal static class ApilbCommand
{
    /// <returns>Its exit code and what it printed.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command, params (string Name, string Value)[] environment)
    {
        await using var apilb = ApilbProcess.Start(command.Split(' ', StringSplitOptions.RemoveEmptyEntries), environment);
        var exitCode = await apilb.ExitAsync();
        return (exitCode, string.Join('\n', apilb.Output), string.Join('\n', apilb.Errors));
    }

    /// <summary>The same, argument by argument.</summary>
    /// <returns>Its exit code and all that it said, errors first.</returns>
    public static async Task<(int ExitCode, string Said)> SayAsync(params string[] arguments)
    {
        await using var apilb = ApilbProcess.Start(arguments);
        var exitCode = await apilb.ExitAsync();
        return (exitCode, string.Join('\n', [.. apilb.Errors, .. apilb.Output]));
    }
}
