import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Navigate, useNavigate } from "react-router";
import { setUp, type SetupRequest } from "../../api/client";
import {
  getSessionQueryKey,
  getSetupOptions,
  getSetupQueryKey,
} from "../../api/client/@tanstack/react-query.gen";
import { problemOf, wordsOf } from "../../api/problem";
import { Button, ErrorState, TextField } from "../../kit";
import { Door } from "./Door";

const EMPTY: SetupRequest = { token: "", workspace: "", name: "", email: "", password: "" };
const PASSWORD_MIN = 12;

/** Makes the first workspace and its administrator; there is no such page afterwards. */
export default function SetupPage() {
  const setup = useQuery(getSetupOptions());
  const navigate = useNavigate();
  if (setup.isPending) return null;
  if (setup.error && !setup.data)
    return (
      <Door title="Set up" sub="Customer Personalization Orchestrator">
        <ErrorState error={setup.error} subject="The set-up" onRetry={setup.refetch} />
      </Door>
    );
  if (!setup.data?.is_needed) return <Navigate to="/" replace />;
  return (
    <Door title="Set up" sub="Make the workspace and its first administrator. This works once.">
      <SetupForm onDone={() => void navigate("/", { replace: true })} />
    </Door>
  );
}

function SetupForm({ onDone }: { onDone: () => void }) {
  const [body, setBody] = useState(EMPTY);
  const client = useQueryClient();
  const attempt = useMutation({
    mutationFn: async () => (await setUp({ body })).data,
    meta: { isSessionCheck: true },
    onSuccess: (session) => {
      client.setQueryData(getSessionQueryKey(), session);
      onDone();
      client.setQueryData(getSetupQueryKey(), { is_needed: false });
    },
  });
  const problem = attempt.error ? problemOf(attempt.error) : null;
  const isTokenWrong = problem?.kind === "forbidden";
  const field = (key: keyof SetupRequest) => ({
    name: key,
    value: body[key],
    onChange: (value: string) => setBody((before) => ({ ...before, [key]: value })),
    isRequired: true,
    error:
      key === "token" && isTokenWrong
        ? "This is not the token that the server printed last."
        : problem?.faultOf(`/${key}`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  const isGeneral = problem && !isTokenWrong && problem.faults.length === 0;
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <TextField
        label="Set-up token"
        hint="The server prints it when it starts."
        autoComplete="off"
        autoFocus
        {...field("token")}
      />
      <TextField label="Workspace" hint="Such as the name of the shop" {...field("workspace")} />
      <TextField label="Your name" autoComplete="name" {...field("name")} />
      <TextField label="Email" type="email" autoComplete="username" {...field("email")} />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={`${PASSWORD_MIN} characters at least; no other rules`}
        {...field("password")}
      />
      {isGeneral ? (
        <p className="banner bad" role="alert">
          {wordsOf(problem, "The set-up").what} {wordsOf(problem, "The set-up").next}
        </p>
      ) : null}
      <div>
        <Button type="submit" variant="primary" isPending={attempt.isPending}>
          Create workspace
        </Button>
      </div>
    </form>
  );
}
